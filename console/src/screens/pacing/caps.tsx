import { useWords } from '../../text'
import { Icon } from '../../ui/icons'
import type { CapDraft } from './draft'
import { ruleWords } from './words'

const scopes = ['group', 'brand', 'offer', 'category', 'all'] as const
const units = ['day', 'week', 'month', 'days'] as const

/** CapRows are further ceilings, one line each. */
export function CapRows({ caps, wrong, onCaps }: { caps: CapDraft[]; wrong?: string; onCaps: (caps: CapDraft[]) => void }) {
  const w = useWords(ruleWords)
  const put = (i: number, part: Partial<CapDraft>) => onCaps(caps.map((c, j) => (j === i ? { ...c, ...part } : c)))
  return (
    <div className="pacing-caps">
      {caps.map((c, i) => (
        <div className="pacing-cap" key={i}>
          <select className="input" name="caps" aria-label={w('caps.what')} value={c.scope} onChange={(e) => put(i, { scope: e.target.value as CapDraft['scope'] })}>
            {scopes.map((s) => <option key={s} value={s}>{w(`scope.${s}`)}</option>)}
          </select>
          <select className="input" aria-label={w('caps.per')} value={c.per} onChange={(e) => put(i, { per: e.target.value as CapDraft['per'] })}>
            {units.map((u) => <option key={u} value={u}>{w('caps.per')} {w(`per.${u}`)}</option>)}
          </select>
          {c.per === 'days' && <input className="input pacing-number" inputMode="decimal" aria-label={w('in_days')} placeholder={w('in_days')} value={c.days} onChange={(e) => put(i, { days: e.target.value })} />}
          <label className="pacing-most"><span>{w('caps.k')}</span>
            <input className="input pacing-number" inputMode="numeric" value={c.k} onChange={(e) => put(i, { k: e.target.value })} /></label>
          <button type="button" className="icon-button" aria-label={w('caps.drop')} onClick={() => onCaps(caps.filter((_, j) => j !== i))}><Icon name="trash" size={16} /></button>
        </div>
      ))}
      {wrong && <p className="field-error">{wrong}</p>}
      <button type="button" className="button" disabled={caps.length >= 19} onClick={() => onCaps([...caps, { scope: 'group', k: '1', per: 'day', days: '' }])}>
        <Icon name="plus" size={15} />{w('caps.add')}
      </button>
    </div>
  )
}
