import { type FormEvent, useCallback, useRef, useState } from 'react'
import { NoAnswer, prepare, type Prepared, release } from './api'
import { Ask, type Wanted } from './ask'
import { now } from './clock'
import { grouped, isCode } from './code'
import { Done, type Result } from './done'
import { Icon } from './icons'
import { type Refusal, ticketOf, within } from './offline'
import { isQR, parseQR, type QR } from './qr'
import { Scanner } from './scan'
import { said } from './signin'
import { bad, ready } from './sound'
import { useTill } from './state'
import { type T, useText } from './text'

type Way = 'scan' | 'type' | 'phone'

const heldFor = 4_000 // a code that was out of sight for so long was brought again

/** Desk is where vouchers are found: by camera, by hand or by phone number. */
export function Desk() {
  const { t, moment } = useText()
  const till = useTill()
  const [way, setWay] = useState<Way>('scan')
  const [looking, setLooking] = useState(false)
  const [wrong, setWrong] = useState('')
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const [result, setResult] = useState<Result | null>(null)
  const last = useRef({ what: '', at: 0 })

  const refuse = (text: string) => {
    bad()
    setResult({ kind: 'refused', text })
  }
  /** again has what is still held before the camera left alone, until it was away. */
  const again = () => { last.current.at = Date.now() }

  const offline = async (q: QR) => {
    const ticket = await ticketOf(q, till.book, till.shop, now())
    const refusal = 'key' in ticket ? ticket : within(ticket, till.book!, till.lines)
    if (refusal) return refuse(words(refusal, t, moment))
    setWanted({ ticket: ticket as Exclude<typeof ticket, Refusal>, qr: q })
  }

  /** scanned takes a code from the camera, unless its voucher was just dealt with and is still held there. One that was refused
   * may be good in its next picture. */
  const scanned = (text: string) => {
    const what = parseQR(text)?.voucher ?? text
    const held = (what === last.current.what || text === last.current.what) && Date.now() - last.current.at < heldFor
    if (held) return again()
    last.current = { what: text, at: Date.now() }
    void find(text)
  }

  /** find looks a voucher up by what was scanned or typed. */
  const find = async (text: string) => {
    if (looking) return
    ready()
    setWrong('')
    const picture = isQR(text)
    const q = picture ? parseQR(text) : null
    if (picture ? !q : !isCode(text)) return way === 'scan' ? refuse(t('off.notVoucher')) : setWrong(t('type.typo'))
    setLooking(true)
    try {
      if (till.online) return setWanted({ ...(await prepare({ shop_id: till.shop, code: text.trim() })), qr: q ?? undefined })
    } catch (error) {
      if (!(error instanceof NoAnswer)) return refuse(said(error, t))
    } finally {
      setLooking(false)
    }
    if (q) return offline(q)
    setWrong(t('type.offline'))
  }

  const leave = () => {
    for (const v of wanted?.vouchers ?? []) if (v.token) release(v.token).catch(() => { /* it runs out by itself */ })
    again()
    setWanted(null)
  }
  const stop = useCallback(() => setWay('type'), [])

  if (result) return <Done result={result} next={() => { again(); setResult(null) }} />
  if (wanted) return <Ask wanted={wanted} leave={leave} done={(r) => {
    if (wanted.qr && r.kind !== 'refused') last.current.what = wanted.qr.voucher
    setWanted(null)
    setResult(r)
  }} />
  return (
    <main className="page">
      <h1 className="sr">{t('desk.title')}</h1>
      <div className="ways" role="group" aria-label={t('desk.how')}>
        {(['scan', 'type', 'phone'] as const).map((w) => (
          <button key={w} type="button" aria-pressed={way === w} onClick={() => { ready(); setWay(w); setWrong('') }}><Icon name={w} />{t(`desk.${w}`)}</button>
        ))}
      </div>
      {looking && <p className="note" role="status"><Icon name="wait" />{t('desk.looking')}</p>}
      {wrong && <p className="note bad" role="alert"><Icon name="alert" />{wrong}</p>}
      {way === 'scan' && <ScanWay found={scanned} stop={stop} />}
      {way === 'type' && <TypeWay find={(text) => void find(text)} busy={looking} />}
      {way === 'phone' && <PhoneWay pick={setWanted} refuse={setWrong} />}
    </main>
  )
}

/** words says a refusal of the phone's own. */
export function words(r: Refusal, t: T, moment: (at: number) => string): string {
  return t(r.key, { ...r.fill, ...(r.at !== undefined && { at: moment(r.at) }) })
}

function ScanWay({ found, stop }: { found: (text: string) => void; stop: () => void }) {
  const { t } = useText()
  const [open, setOpen] = useState(() => sessionStorage.getItem('siyu.camera') === 'on')
  if (open) return <Scanner found={found} stop={() => { sessionStorage.removeItem('siyu.camera'); setOpen(false); stop() }} />
  return (
    <button type="button" className="start" onClick={() => { ready(); sessionStorage.setItem('siyu.camera', 'on'); setOpen(true) }}>
      <Icon name="scan" size={64} />{t('desk.start')}
    </button>
  )
}

function TypeWay({ find, busy }: { find: (text: string) => void; busy: boolean }) {
  const { t } = useText()
  const [text, setText] = useState('')
  return (
    <form className="card form" onSubmit={(e) => { e.preventDefault(); find(text) }} noValidate>
      <div className="field">
        <label htmlFor="code">{t('type.label')}</label>
        {/* A scanner that types like a keyboard, or a pasted picture's text, is taken as it is. */}
        <input id="code" name="code" className="input code" value={text} autoComplete="off" autoCapitalize="characters" spellCheck={false} autoFocus
          placeholder="XXXX-XXXX-XXXX" aria-describedby="code-help" onChange={(e) => setText(isQR(e.target.value) || 'S1.'.startsWith(e.target.value) ? e.target.value : grouped(e.target.value))} />
        <p className="help" id="code-help">{t('type.help')}</p>
      </div>
      <button type="submit" className="button primary big" disabled={busy}>{t('type.submit')}</button>
    </form>
  )
}

function PhoneWay({ pick, refuse }: { pick: (wanted: Wanted) => void; refuse: (text: string) => void }) {
  const { t, moment } = useText()
  const till = useTill()
  const [list, setList] = useState<{ tail: string; vouchers: Prepared[] }>()
  const run = async (act: () => Promise<void>) => {
    refuse('')
    try {
      await act()
    } catch (error) {
      refuse(error instanceof NoAnswer ? t('phone.offline') : said(error, t))
    }
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const tail = String(new FormData(event.currentTarget).get('tail')).trim()
    if (!/^\d{4}$/.test(tail)) return refuse(t('phone.need'))
    if (!till.online) return refuse(t('phone.offline'))
    void run(async () => setList({ tail, vouchers: (await prepare({ shop_id: till.shop, phone_tail: tail })).vouchers }))
  }
  return (
    <>
      <form className="card form" onSubmit={submit} noValidate>
        <div className="field">
          <label htmlFor="tail">{t('phone.label')}</label>
          <input id="tail" name="tail" className="input code" inputMode="numeric" maxLength={4} autoComplete="off" autoFocus />
        </div>
        <button type="submit" className="button primary big">{t('phone.submit')}</button>
      </form>
      {list && (
        <section className="card list" aria-label={t('phone.pick')}>
          <h2>{t(list.vouchers.length > 0 ? 'phone.pick' : 'phone.none')}</h2>
          {list.vouchers.map((v) => (
            <button key={v.voucher_id} type="button" className="button choice" onClick={() => void run(async () =>
              pick(await prepare({ shop_id: till.shop, voucher_id: v.voucher_id, phone_tail: list.tail })))}>
              <span>{v.offer_title}<small>{v.member} · {t('ask.until')} {moment(v.valid_to)}</small></span>
            </button>
          ))}
        </section>
      )}
    </>
  )
}
