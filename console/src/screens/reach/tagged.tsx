import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Ask } from '../../ui/ask'
import { TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded, More } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Tag, useTagged, useTagHand } from './api'
import { tagWords } from './tagwords'
import { reachWords } from './words'

type Member = NonNullable<ReturnType<typeof useTagged>['data']>['pages'][number][number]

/** Tagged is who has a tag: by what they did, since neither we nor the organiser know their names. */
export function Tagged({ x }: { x: Tag }) {
  const w = useWords(tagWords)
  const { lang } = useText()
  const list = useTagged(x.id, false)
  const off = useTagged(x.id, true)
  const taken = off.data?.pages.flat() ?? []
  return (
    <div className="stack">
      <section className="card" aria-labelledby="tagged">
        <h2 id="tagged">{w('members')}<small>{w('people', { n: count(x.people, lang) })}</small></h2>
        <p className="hint">{w('members.text')}</p>
        <Loaded query={list}>{(data) => {
          const all = data.pages.flat()
          return all.length === 0 ? <p className="muted reach-say">{w('members.empty')}</p>
            : <ul className="posts reach-members">{all.map((m) => <Row key={m.id} m={m}><Take x={x} m={m} /></Row>)}</ul>
        }}</Loaded>
        <More query={list} />
        <Add x={x} />
      </section>
      {taken.length > 0 && (
        <section className="card" aria-labelledby="off">
          <h2 id="off">{w('off')}</h2>
          {x.rule && <p className="hint">{w('off.text')}</p>}
          <ul className="posts reach-members">{taken.map((m) => <Row key={m.id} m={m} off><Restore x={x} m={m} /></Row>)}</ul>
          <More query={off} />
        </section>
      )}
    </div>
  )
}

function Row({ m, off, children }: { m: Member; off?: boolean; children: React.ReactNode }) {
  const w = useWords(tagWords)
  const { say } = useWhen()
  const groups = useGroups().data ?? []
  const names = m.groups.map((id) => groups.find((g) => g.id === id)?.name).filter((n) => n !== undefined)
  const facts = [
    m.last_at > 0 && w('last', { when: say(m.last_at) }),
    (m.claims > 0 || m.redeems > 0) && w('did', { n: m.claims, m: m.redeems }),
    names.length > 0 && w('groups', { names: names.join(' · ') }),
  ].filter((f): f is string => f !== false)
  return (
    <li>
      <div>
        <p className="post-title"><Link to={`/members/of/${m.member_id}`} className="link">{w('member', { id: m.member_id })}</Link></p>
        {facts.length > 0 && <p className="muted">{facts.join(' · ')}</p>}
        <p className="tags">
          {m.by_hand && <span className="tag">{w('handed')}</span>}
          {m.by_rule && <span className="tag">{w('byRule')}</span>}
          {!off && !m.at_wechat && !m.problem ? <span className="tag">{w('remoteNo')}</span> : null}
          {!off && m.problem ? <span className="tag warn">{w(m.problem === 'full' ? 'full' : 'gone')}</span> : null}
        </p>
      </div>
      {children}
    </li>
  )
}

function Take({ x, m }: { x: Tag; m: Member }) {
  const w = useWords(tagWords)
  const { t } = useText()
  const tell = useTell()
  const change = useTagHand()
  const [asking, setAsking] = useState(false)
  const name = { id: m.member_id, name: x.name }
  const go = async () => {
    if (!(await change.do({ id: x.id, members: [m.member_id], hand: -1 }))) return
    setAsking(false)
    tell(w('taken', name))
  }
  return (
    <>
      <button type="button" className="icon-button" aria-label={`${w('take')}: ${w('member', name)}`} onClick={() => setAsking(true)}><Icon name="close" /></button>
      <Ask open={asking} title={w('takeTitle', name)} text={w('takeText')} yes={w('takeYes')} busy={change.isPending}
        error={change.error ? told(change.error, t) : undefined} onYes={() => void go()} onClose={() => { setAsking(false); change.reset() }} />
    </>
  )
}

function Restore({ x, m }: { x: Tag; m: Member }) {
  const w = useWords(tagWords)
  const { t } = useText()
  const tell = useTell()
  const change = useTagHand()
  // Without conditions nobody would have it again: undoing then means giving it.
  const go = async () => {
    if (await change.do({ id: x.id, members: [m.member_id], hand: x.rule ? 0 : 1 })) tell(w(x.rule ? 'restored' : 'add.done'))
  }
  return (
    <div>
      <button type="button" className="button" disabled={change.isPending} aria-label={`${w('restore')}: ${w('member', { id: m.member_id })}`} onClick={() => void go()}>{w('restore')}</button>
      {change.error && <p className="field-error" role="alert">{told(change.error, t)}</p>}
    </div>
  )
}

function Add({ x }: { x: Tag }) {
  const w = useWords(tagWords)
  const r = useWords(reachWords)
  const { t } = useText()
  const tell = useTell()
  const give = useTagHand()
  const [id, setId] = useState('')
  const [wrong, setWrong] = useState<string>()
  const add = async (event: FormEvent) => {
    event.preventDefault()
    const member = id.trim()
    if (!/^\d{1,19}$/.test(member)) return setWrong(member ? w('add.wrong') : r('need'))
    if (!(await give.do({ id: x.id, members: [member], hand: 1 }))) return
    setId('')
    tell(w('add.done'))
  }
  return (
    <details className="given">
      <summary>{w('add')}</summary>
      <form className="form" onSubmit={(e) => void add(e)} noValidate>
        <TextField name="member" label={w('add.label')} hint={w('add.hint')} inputMode="numeric" autoComplete="off" value={id}
          onValue={(v) => { setId(v); setWrong(undefined); if (give.error) give.reset() }} wrong={wrong ?? (give.error ? told(give.error, t) : undefined)} />
        <div className="actions"><button type="submit" className="button" disabled={give.isPending}>{w('add.yes')}</button></div>
      </form>
    </details>
  )
}
