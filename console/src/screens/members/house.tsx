import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { TextField } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type Member, usePart, usePutTogether } from './memberapi'
import { room } from './words'

/** House is with whom a member shares the limits of a household. */
export function House({ member: m }: { member: Member }) {
  const w = useWords(room)
  const [asked, setAsked] = useState<'' | 'join' | 'part'>('')
  const others = m.household.members.filter((id) => id !== m.id)
  return (
    <section className="card" aria-labelledby="m-house">
      <h2 id="m-house">{w('h.title')}</h2>
      <p className="muted small">{w(others.length === 0 ? (m.household.by_hand ? 'h.apart' : 'h.alone') : m.household.by_hand ? 'h.byHand' : 'h.byPhone')}</p>
      {others.length > 0 && <ul className="house-list">{others.map((id) => <li key={id}><Link to={`/members/of/${id}`} className="link">{w('m.title', { id })}</Link></li>)}</ul>}
      <div className="actions">
        <button type="button" className="button" onClick={() => setAsked('join')}>{w('h.join')}</button>
        {others.length > 0 && <button type="button" className="button" onClick={() => setAsked('part')}>{w('h.part')}</button>}
      </div>
      {asked === 'join' && <Join member={m} onClose={() => setAsked('')} />}
      {asked === 'part' && <Part members={[m.id]} title={w('h.partAsk', { id: m.id })} onClose={() => setAsked('')} />}
    </section>
  )
}

/** Part says of some members that each lives with nobody. */
export function Part({ members, title, onClose }: { members: string[]; title: string; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const part = usePart()
  const go = async () => {
    if (!(await part.do(members))) return
    tell(w('h.parted'))
    onClose()
  }
  return <Ask open careful title={title} text={w(members.length > 1 ? 'h.partAllText' : 'h.partText')} yes={w('h.part')} busy={part.isPending} error={part.error ? told(part.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
}

function Join({ member, onClose }: { member: Member; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const join = usePutTogether()
  const [other, setOther] = useState('')
  const [tried, setTried] = useState(false)
  const bad = !/^\d{1,20}$/.test(other.trim()) || other.trim() === member.id
  const go = async () => {
    setTried(true)
    if (bad) return
    const all = [...new Set([member.id, ...member.household.members, other.trim()])]
    if (!(await join.do(all))) return
    tell(w('h.joined'))
    onClose()
  }
  return (
    <Ask open title={w('h.join')} text={w('h.joinText')} yes={w('h.join')} busy={join.isPending} error={join.error ? told(join.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <TextField name="house-other" label={w('h.other')} hint={w('p.hint')} inputMode="numeric" autoComplete="off" maxLength={20} wrong={tried && bad ? w('p.wrong') : undefined} value={other} onValue={setOther} />
    </Ask>
  )
}
