import { useState } from 'react'
import { Link, useParams } from 'wouter'
import { ApiError, newKey, useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Ask } from '../../ui/ask'
import { AreaField, SelectField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded, More } from '../../ui/list'
import { Page } from '../../ui/page'
import { Empty, Failed, told, Waiting } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { House } from './house'
import { type Member, useAdjust, useMember, usePointsOf } from './memberapi'
import { room } from './words'

/** MemberPage is one member as the team may know her: by what she did, not by who she is. */
export function MemberPage() {
  const { id = '' } = useParams()
  const w = useWords(room)
  const query = useMember(id)
  const nobody = query.error instanceof ApiError && (query.error.status === 404 || query.error.status === 400)
  return (
    <Page title={w('m.title', { id })} sub={w('m.sub')} actions={<Link to="/members/people" className="button"><Icon name="left" />{w('m.back')}</Link>}>
      {nobody && !query.data
        ? <div className="card"><Empty icon="person" title={w('m.nobody')} text={w('m.nobodyText')} /></div>
        : <Loaded query={query}>{(m) => <div className="stack"><Facts member={m} asked={id} /><House member={m} /><Points member={m} /></div>}</Loaded>}
    </Page>
  )
}

function Facts({ member: m, asked }: { member: Member; asked: string }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const groups = useGroups().data ?? []
  const names = m.groups.map((id) => groups.find((g) => g.id === id)?.name).filter((n) => n !== undefined)
  return (
    <section className="card" aria-labelledby="m-facts">
      <h2 id="m-facts">{w('m.facts')}</h2>
      {m.id !== asked && <p className="muted small">{w('m.merged', { id: m.id })}</p>}
      <dl className="offer-facts">
        <div><dt>{w('m.known')}</dt><dd>{say(m.first_at > 0 ? Math.min(m.first_at, m.known_since) : m.known_since)}{m.brought && ` · ${w('m.brought')}`}</dd></div>
        <div><dt>{w('m.last')}</dt><dd>{m.last_at > 0 ? say(m.last_at) : w('m.never')}</dd></div>
        <div><dt>{w('m.vouchers')}</dt><dd>{w('m.did', { n: count(m.claims, lang), m: count(m.redeems, lang) })}</dd></div>
        <div><dt>{w('m.groups')}</dt><dd>{names.length > 0 ? names.join(lang === 'en' ? ', ' : '、') : w('m.noGroup')}</dd></div>
      </dl>
    </section>
  )
}

function Points({ member: m }: { member: Member }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const query = usePointsOf(m.id)
  const [open, setOpen] = useState(false)
  const all = query.data?.pages.flat()
  return (
    <section className="card" aria-labelledby="m-points">
      <div className="card-head">
        <h2 id="m-points">{w('points')}</h2>
        <button type="button" className="button" onClick={() => setOpen(true)}><Icon name="edit" />{w('m.adjust')}</button>
      </div>
      <dl className="member-figures">
        <div><dt>{w('m.balance')}</dt><dd>{count(m.balance, lang)}</dd></div>
        <div><dt>{w('m.earned')}</dt><dd>{count(m.earned, lang)}</dd></div>
        <div><dt>{w('m.level')}</dt><dd>{m.level_name}</dd></div>
      </dl>
      {!all && (query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Waiting />)}
      {all?.length === 0 && <p className="muted m-none">{w('m.noPoints')}</p>}
      {all && all.length > 0 && (
        <>
          <ul className="points-list">
            {all.map((e) => (
              <li key={e.id}>
                <div><p>{e.reason_text}{e.note && ` · ${e.note}`}</p><p className="muted small">{say(e.at)}</p></div>
                <span className={e.points < 0 ? 'points-less' : 'points-more'}>{e.points > 0 ? '+' : '−'}{count(Math.abs(e.points), lang)}</span>
              </li>
            ))}
          </ul>
          <More query={query} />
        </>
      )}
      {open && <Adjust member={m} onClose={() => setOpen(false)} />}
    </section>
  )
}

/** most is how many points may be given or taken at once. */
const most = 100_000

function Adjust({ member, onClose }: { member: Member; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const adjust = useAdjust()
  const [key] = useState(newKey)
  const [d, set] = useState({ way: 'give', n: '', reason: '' })
  const [tried, setTried] = useState(false)
  const n = /^\d+$/.test(d.n.trim()) ? Number(d.n) : Number.NaN
  const bad = !(n >= 1 && n <= most)
  const short = d.way === 'take' && n > member.balance
  const server = wrongOf(adjust.error)
  const go = async () => {
    setTried(true)
    if (bad || short || !d.reason.trim()) return
    if (!(await adjust.do({ id: member.id, points: d.way === 'take' ? -n : n, reason: d.reason.trim(), key }))) return
    tell(w(d.way === 'take' ? 'm.taken' : 'm.given', { n }))
    onClose()
  }
  return (
    <Ask open title={w('m.adjust')} text={w('m.adjustText', { n: member.balance })} yes={w(d.way === 'take' ? 'm.take' : 'm.give')} busy={adjust.isPending} error={adjust.error && !server ? told(adjust.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <div className="field-pair">
        <SelectField name="adjust-way" label={w('m.way')} value={d.way} onValue={(way) => set({ ...d, way })} options={[{ value: 'give', label: w('m.give') }, { value: 'take', label: w('m.take'), disabled: member.balance <= 0 }]} />
        <TextField name="adjust-points" label={w('m.howMany')} inputMode="numeric" autoComplete="off" value={d.n} onValue={(value) => set({ ...d, n: value })}
          wrong={tried && bad ? w('number', { min: 1, max: '100,000' }) : tried && short ? w('m.short', { n: member.balance }) : server?.field === 'points' ? server.text : undefined} />
      </div>
      <AreaField name="adjust-reason" label={w('reason')} hint={w('m.reasonHint')} rows={2} maxLength={200} value={d.reason} onValue={(reason) => set({ ...d, reason })}
        wrong={tried && !d.reason.trim() ? w('need') : server?.field === 'reason' ? server.text : undefined} />
    </Ask>
  )
}
