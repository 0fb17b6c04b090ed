import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { type Colleague, type KeptGroup, useTeam } from './api'
import { Invitations, Invite } from './invite'
import { Member } from './member'
import { Staff } from './staff'
import './team.css'
import { room } from './words'

/** Team is who works with the community, what each may do, and who looks after which group. */
export default function Team() {
  const w = useWords(room)
  const team = useTeam()
  return (
    <Page title={w('title')} sub={w('sub')} actions={team.data && <Invite />}>
      <Loaded query={team}>
        {(data) => (
          <div className="stack">
            {data.orphans.length > 0 && <Orphans groups={data.orphans} />}
            {data.unowned > 0 && data.members.filter((m) => m.active).length > 1 && <p className="notice warn"><Icon name="info" />{w('unowned', { n: data.unowned })}</p>}
            <Members members={data.members} />
            <Invitations all={data.invitations} />
            <Staff staff={data.staff} members={data.members} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Members({ members }: { members: Colleague[] }) {
  const w = useWords(room)
  const active = members.filter((m) => m.active)
  const left = members.filter((m) => !m.active)
  return (
    <section className="card" aria-labelledby="members">
      <h2 id="members">{w('members')}</h2>
      <ul className="team-list">{active.map((m) => <Member key={m.id} member={m} others={active} />)}</ul>
      {left.length > 0 && (
        <details className="given">
          <summary>{w('left')}<small>{left.length}</small></summary>
          <ul className="team-list">{left.map((m) => <Member key={m.id} member={m} others={active} />)}</ul>
        </details>
      )}
    </section>
  )
}

/** Orphans are groups whose responsible person has left: their tasks go to the owners until somebody is named. */
function Orphans({ groups }: { groups: KeptGroup[] }) {
  const w = useWords(room)
  const { t } = useText()
  return (
    <section className="card" aria-labelledby="orphans">
      <h2 id="orphans">{w('orphans')}</h2>
      <p className="muted small">{w('orphansText')}</p>
      <ul className="team-groups">
        {groups.map((g) => <li key={g.id}><Link to={`/groups/${g.id}`} className="link">{g.name}</Link><span className="muted small">{t(`kind.${g.kind}`)}{g.open_tasks > 0 && ` · ${w('tasks', { n: g.open_tasks })}`}</span></li>)}
      </ul>
    </section>
  )
}
