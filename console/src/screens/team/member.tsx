import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { fromInput, toInput } from '../../text/time'
import { Ask } from '../../ui/ask'
import { SelectField, TextField } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Colleague, type Scope, useActive, useChangeColleague, useHandOver, useKept } from './api'
import { Bind } from './bind'
import { room } from './words'

type Asked = '' | 'edit' | 'hand' | 'off' | 'on'

/** Member is one colleague: what she may do, how much is hers, and what can be changed about it. */
export function Member({ member: m, others }: { member: Colleague; others: Colleague[] }) {
  const w = useWords(room)
  const { now, say } = useWhen()
  const [asked, setAsked] = useState<Asked>('')
  const close = () => setAsked('')
  const away = m.active && m.away_until > now
  const facts = [m.login, w('groups', { n: m.groups }), m.open_tasks > 0 && w('tasks', { n: m.open_tasks }), m.wecom.length > 0 && w('wecom', { ids: m.wecom.join(', ') })].filter(Boolean)
  return (
    <li className="team-row" data-member={m.id}>
      <div>
        <p className="strong">{m.name}{m.me && <small className="muted"> {w('me')}</small>}
          <span className={m.active ? 'tag good' : 'tag'}>{m.active ? w(`scope.${m.scope === 'keeper' ? 'keeper' : 'owner'}`) : w('gone')}</span>
          {away && <span className="tag warn">{w('away', { when: say(m.away_until) })}</span>}
        </p>
        <p className="muted small">{facts.join(' · ')}</p>
        {m.active && !m.wechat_bound && <p className="small team-unbound">{w(m.me ? 'unboundMe' : 'unbound')}{m.me && <Bind />}</p>}
      </div>
      <div className="actions">
        {m.groups > 0 && <button type="button" className="button" aria-label={`${w('hand')}: ${m.name}`} onClick={() => setAsked('hand')}>{w('hand')}</button>}
        {m.active && <button type="button" className="button" aria-label={`${w('edit')}: ${m.name}`} onClick={() => setAsked('edit')}>{w('edit')}</button>}
        {!m.me && <button type="button" className="button quiet" aria-label={`${w(m.active ? 'off' : 'on')}: ${m.name}`} onClick={() => setAsked(m.active ? 'off' : 'on')}>{w(m.active ? 'off' : 'on')}</button>}
      </div>
      {asked === 'edit' && <Edit m={m} onClose={close} />}
      {asked === 'hand' && <Hand m={m} others={others} onClose={close} />}
      {(asked === 'off' || asked === 'on') && <Active m={m} on={asked === 'on'} onClose={close} />}
    </li>
  )
}

interface Props { m: Colleague; onClose: () => void }

const day = 86_400_000

function Edit({ m, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const { now, zone } = useWhen()
  const change = useChangeColleague()
  const [scope, setScope] = useState<Scope>(m.scope === 'keeper' ? 'keeper' : 'owner')
  const [away, setAway] = useState(m.away_until > now ? 'until' : 'no')
  const [until, setUntil] = useState(toInput(Math.max(m.away_until, now + 7 * day), zone))
  const end = away === 'no' ? 0 : fromInput(until, zone)
  const wrong = away === 'until' && !(end > now)
  const go = async () => {
    if (wrong) return
    if (!(await change.do({ id: m.id, ...(scope !== m.scope ? { scope } : {}), ...(end !== m.away_until ? { away_until: end } : {}) }))) return
    tell(w('saved'))
    onClose()
  }
  return (
    <Ask open title={m.name} text={w('editText')} yes={w('save')} busy={change.isPending} error={change.error ? told(change.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <SelectField name="scope" label={w('scope')} hint={w(`scope.${scope}Text`)} value={scope} onValue={(v) => setScope(v as Scope)}
        options={(['owner', 'keeper'] as const).map((s) => ({ value: s, label: w(`scope.${s}`) }))} />
      <SelectField name="away" label={w('isAway')} hint={w('awayHint')} value={away} onValue={setAway} options={[{ value: 'no', label: w('away.no') }, { value: 'until', label: w('away.until') }]} />
      {away === 'until' && <TextField name="away-until" type="datetime-local" label={w('away.when')} wrong={wrong ? w('away.past') : undefined} value={until} onValue={setUntil} />}
    </Ask>
  )
}

/** Hand gives her groups to a colleague, all or some, with what is open in them. */
function Hand({ m, others, onClose }: Props & { others: Colleague[] }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const kept = useKept(m.id, true)
  const hand = useHandOver()
  const [to, setTo] = useState('')
  const [not, setNot] = useState<string[]>([])
  const groups = (kept.data ?? []).filter((g) => g.part === 'keeper' || g.part === 'deputy')
  const owned = (kept.data ?? []).filter((g) => g.part === 'owner')
  const chosen = groups.filter((g) => !not.includes(g.id))
  const go = async () => {
    if (chosen.length === 0 || !(await hand.do({ from: m.id, to, groups: chosen.map((g) => g.id) }))) return
    tell(w('hand.done', { n: chosen.length }))
    onClose()
  }
  return (
    <Ask open title={w('hand.title', { name: m.name })} text={w('hand.text')} yes={w('hand.yes', { n: chosen.length })} busy={hand.isPending}
      error={hand.error ? told(hand.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <SelectField name="hand-to" label={w('hand.to')} value={to} onValue={setTo}
        options={[{ value: '', label: w('hand.nobody') }, ...others.filter((o) => o.id !== m.id).map((o) => ({ value: o.id, label: o.name }))]} />
      <fieldset className="chosen">
        <legend className="small muted">{w('hand.which')}</legend>
        {groups.map((g) => (
          <label key={g.id} className="check">
            <input type="checkbox" checked={!not.includes(g.id)} onChange={(e) => setNot(e.target.checked ? not.filter((x) => x !== g.id) : [...not, g.id])} />
            <span>{g.name}{g.open_tasks > 0 && <small className="muted"> · {w('tasks', { n: g.open_tasks })}</small>}</span>
          </label>
        ))}
        {kept.data && groups.length === 0 && <p className="muted small">{w('hand.none')}</p>}
      </fieldset>
      {owned.length > 0 && <p className="notice warn small"><span>{w('hand.owned', { n: owned.length })} {owned.slice(0, 5).map((g) => <Link key={g.id} to={`/groups/${g.id}`} className="link">{g.name}</Link>)}</span></p>}
    </Ask>
  )
}

function Active({ m, on, onClose }: Props & { on: boolean }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const active = useActive()
  const go = async () => {
    if (!(await active.do({ id: m.id, on }))) return
    tell(w(on ? 'on.done' : 'off.done', { name: m.name }))
    onClose()
  }
  return (
    <Ask open careful={!on} title={w(on ? 'on.title' : 'off.title', { name: m.name })} text={w(on ? 'on.text' : 'off.text')} yes={w(on ? 'on' : 'off')} busy={active.isPending}
      error={active.error ? told(active.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
  )
}
