import { type FormEvent, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useWords } from '../../text'
import { TextField } from '../../ui/form'
import { More } from '../../ui/list'
import { Empty, Failed, Waiting } from '../../ui/states'
import { Part } from './house'
import { useHouseholds } from './memberapi'
import { room } from './words'

/** People finds a member by her number, and lists who lives together. */
export function People() {
  return <div className="stack"><Find /><Households /></div>
}

function Find() {
  const w = useWords(room)
  const [, navigate] = useLocation()
  const [id, setId] = useState('')
  const [tried, setTried] = useState(false)
  const bad = !/^\d{1,20}$/.test(id.trim())
  const go = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!bad) navigate(`/members/of/${id.trim()}`)
  }
  return (
    <form className="card form people-find" onSubmit={go} noValidate>
      <TextField name="member-id" label={w('p.id')} hint={w('p.hint')} inputMode="numeric" autoComplete="off" maxLength={20} wrong={tried && bad ? w('p.wrong') : undefined} value={id} onValue={setId} />
      <button type="submit" className="button primary">{w('p.open')}</button>
    </form>
  )
}

function Households() {
  const w = useWords(room)
  const query = useHouseholds()
  const all = query.data?.pages.flat()
  if (!all) return query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Waiting />
  if (all.length === 0) return <div className="card"><Empty icon="groups" title={w('h.none')} text={w('h.noneText')} /></div>
  return (
    <section className="card" aria-labelledby="households">
      <h2 id="households">{w('h.all')}</h2>
      <p className="hint">{w('h.allText')}</p>
      <ul className="member-list">{all.map((h) => <Row key={h.id} id={h.id} byHand={h.by_hand} members={h.members} />)}</ul>
      <More query={query} />
    </section>
  )
}

function Row({ id, byHand, members }: { id: string; byHand: boolean; members: string[] }) {
  const w = useWords(room)
  const [asking, setAsking] = useState(false)
  return (
    <li data-household={id}>
      <div className="house-row">
        <p><span className="strong">{w('h.people', { n: members.length })}</span><span className="tag">{w(byHand ? 'h.hand' : 'h.phone')}</span></p>
        <button type="button" className="button" aria-label={`${w('h.partAll')}: ${members.join(', ')}`} onClick={() => setAsking(true)}>{w('h.partAll')}</button>
      </div>
      <ul className="house-list">{members.map((m) => <li key={m}><Link to={`/members/of/${m}`} className="link">{w('m.title', { id: m })}</Link></li>)}</ul>
      {asking && <Part members={members} title={w('h.partAllAsk', { n: members.length })} onClose={() => setAsking(false)} />}
    </li>
  )
}
