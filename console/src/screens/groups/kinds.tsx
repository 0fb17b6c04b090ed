import { Link } from 'wouter'
import { useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { room } from './words'

/** KindsExplained is what stands where no group is known yet: which two kinds there are, and how each gets here. */
export function KindsExplained() {
  const w = useWords(room)
  return (
    <div className="stack">
      <p className="groups-lead">{w('kinds.lead')}</p>
      <div className="group-kinds">
        <section className="card" aria-labelledby="kind-ordinary">
          <h2 id="kind-ordinary">{w('kinds.ordinary')}</h2>
          <KindFacts kind="ordinary" />
          <Link to="/groups/new" className="button primary"><Icon name="plus" />{w('groups.add')}</Link>
        </section>
        <section className="card" aria-labelledby="kind-wecom">
          <h2 id="kind-wecom">{w('kinds.wecom')}</h2>
          <KindFacts kind="wecom" />
          <Link to="/system" className="button">{w('kinds.connect')}</Link>
        </section>
      </div>
    </div>
  )
}

/** KindFacts are what one has to know of a kind of group. */
export function KindFacts({ kind }: { kind: 'ordinary' | 'wecom' }) {
  const w = useWords(room)
  return (
    <ul className="kind-facts">
      {(['who', 'post', 'know', 'most'] as const).map((fact) => <li key={fact}><Icon name="check" size={15} />{w(`kinds.${kind}.${fact}`)}</li>)}
    </ul>
  )
}
