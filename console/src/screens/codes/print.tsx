import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { copyText } from '../../ui/copy'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type Entry, type LiveCode, picture, useAddEntry, useEntries } from './api'
import { room } from './words'

/** PrintCodes is what is printed for a live code: one code is enough, several count apart. */
export function PrintCodes({ live }: { live: LiveCode }) {
  const w = useWords(room)
  const entries = useEntries(live.id)
  const over = live.retired_at > 0
  return (
    <section className="card" aria-labelledby="print">
      <h2 id="print">{w('print.title')}</h2>
      <Loaded query={entries}>
        {({ pages }) => {
          const working = pages.flat().filter((e) => e.retired_at === 0).reverse()
          return (
            <div className="print">
              <p className="muted">{w(working.length > 0 ? 'print.text' : 'print.none')}</p>
              {working.map((e) => <PrintCode key={e.id} entry={e} />)}
              {!over && <MakeCode live={live} first={working.length === 0} />}
            </div>
          )
        }}
      </Loaded>
    </section>
  )
}

function MakeCode({ live, first }: { live: LiveCode; first: boolean }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const add = useAddEntry()
  if (!first) return <Link to={`/codes/entries/new?to=${live.id}`} className="link">{w('print.makeAnother')}</Link>
  return (
    <>
      <button type="button" className="button primary" disabled={add.isPending}
        onClick={() => void add.do({ entry: { live_id: live.id, label: live.name }, made: () => tell(w('print.made')) })}>
        <Icon name="plus" />{w('print.make')}
      </button>
      {add.error && <p className="field-error" role="alert">{told(add.error, t)}</p>}
    </>
  )
}

function PrintCode({ entry }: { entry: Entry }) {
  const w = useWords(room)
  const name = entry.label || entry.code
  return (
    <div className="print-code">
      {entry.label && <p className="strong">{entry.label}</p>}
      <Drawn entry={entry} of="page" name={name} />
      <WebLink url={entry.page_url} />
      <Link to={`/codes/entries/${entry.id}`} className="link">{w('print.stats')}</Link>
    </div>
  )
}

/** Drawn is a code of an entry as a picture, and the files to take away. */
export function Drawn({ entry, of, name }: { entry: Entry; of: 'page' | 'qr'; name: string }) {
  const w = useWords(room)
  const file = `${name.replace(/[\\/:*?"<>|\s]+/g, '-')}-${of}`
  return (
    <>
      <img className="qr" src={picture(entry.id, of, 'svg')} alt={w('print.alt', { name })} width={180} height={180} />
      <div className="actions">
        <a className="button" href={picture(entry.id, of, 'png')} download={`${file}.png`}>{w('print.png')}</a>
        <a className="button" href={picture(entry.id, of, 'svg')} download={`${file}.svg`}>{w('print.svg')}</a>
      </div>
    </>
  )
}

/** WebLink is an address to read and to copy. */
export function WebLink({ url }: { url: string }) {
  const w = useWords(room)
  const tell = useTell()
  const copy = async () => {
    const copied = await copyText(url)
    tell(w(copied ? 'print.copied' : 'print.notCopied'), copied ? 'good' : 'bad')
  }
  return (
    <p className="path"><code>{url}</code><button type="button" className="link copy-link" onClick={() => void copy()}><Icon name="copy" size={14} />{w('print.copy')}</button></p>
  )
}
