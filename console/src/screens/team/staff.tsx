import { useText, useWords } from '../../text'
import { useTell } from '../../ui/toast'
import { type Colleague, type StaffUser, useMapStaff } from './api'
import { room } from './words'

/** Staff says which colleague each of the corp's people is, so that a WeCom task reaches the right one. */
export function Staff({ staff, members }: { staff: StaffUser[]; members: Colleague[] }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const map = useMapStaff()
  if (staff.length === 0) return null
  return (
    <section className="card" aria-labelledby="staff">
      <h2 id="staff">{w('staff')}</h2>
      <p className="muted small">{w('staffText')}</p>
      <ul className="team-list">
        {staff.map((s) => (
          <li key={s.id} className="team-row">
            <div>
              <p className="strong">{s.name || s.user_id}{s.left_at > 0 && <span className="tag bad">{w('staff.left')}</span>}</p>
              <p className="muted small">{[s.name && s.user_id, w('staff.owns', { n: s.groups })].filter(Boolean).join(' · ')}</p>
            </div>
            <select className="input team-map" aria-label={w('staff.is', { name: s.name || s.user_id })} value={s.account_id} disabled={map.isPending}
              onChange={(e) => void map.do({ id: s.id, account: e.target.value }).then((ok) => tell(ok ? w('saved') : t('error.unknown'), ok ? 'good' : 'bad'))}>
              <option value="">{w('staff.nobody')}</option>
              {members.filter((m) => m.active || m.id === s.account_id).map((m) => <option key={m.id} value={m.id}>{m.name}</option>)}
            </select>
          </li>
        ))}
      </ul>
    </section>
  )
}
