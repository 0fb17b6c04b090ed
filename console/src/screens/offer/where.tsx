import { useWords } from '../../text'
import { SelectField } from '../../ui/form'
import type { Draft, Part } from './draft'
import { Section } from './parts'
import { room } from './words'

interface Named { id: string; name: string }

/** Places are what an offer may be limited to. */
export interface Places { groups: Named[]; tags: Named[]; shops: Named[] }

/** WhereFields are who may claim it and where it can be used. */
export function WhereFields({ d, set, wrong, places, fixed }: Part & { places: Places; fixed: boolean }) {
  const w = useWords(room)
  const all = d.audience === 'groups' ? places.groups : places.tags
  const kinds = (['all', 'groups', 'tag'] as const).filter((a) => a === 'all' || a === d.audience || (a === 'groups' ? places.groups : places.tags).length > 0)
  if (kinds.length === 1 && places.shops.length === 0) return null
  return (
    <Section title={w('where')}>
      <SelectField name="audience" label={w('audience')} wrong={wrong.audience} disabled={fixed} value={d.audience} onValue={(audience) => set({ audience: audience as Draft['audience'], audience_ids: [] })}
        options={kinds.map((a) => ({ value: a, label: w(`audience.${a}`) }))} />
      {d.audience !== 'all' && (
        <Some name="audience_ids" label={w(`audience.which.${d.audience}`)} none={w(`audience.none.${d.audience}`)} all={all} chosen={d.audience_ids} wrong={wrong.audience_ids} disabled={fixed}
          onChosen={(audience_ids) => set({ audience_ids })} />
      )}
      {places.shops.length > 0 && (
        <Some name="shop_ids" label={w('shops')} hint={w('shops.all')} all={places.shops} chosen={d.shop_ids} wrong={wrong.shop_ids} onChosen={(shop_ids) => set({ shop_ids })} />
      )}
    </Section>
  )
}

function Some({ name, label, hint, none, all, chosen, wrong, disabled, onChosen }: {
  name: string; label: string; hint?: string; none?: string; all: Named[]; chosen: string[]; wrong?: string; disabled?: boolean; onChosen: (ids: string[]) => void
}) {
  return (
    <fieldset className="offer-some" disabled={disabled}>
      <legend>{label}</legend>
      {hint && <p className="hint">{hint}</p>}
      <div className="offer-choice">
        {all.map((x, i) => (
          <label key={x.id} className="check">
            <input type="checkbox" name={i === 0 ? name : undefined} checked={chosen.includes(x.id)} onChange={(e) => onChosen(e.target.checked ? [...chosen, x.id] : chosen.filter((id) => id !== x.id))} />
            <span>{x.name}</span>
          </label>
        ))}
      </div>
      {all.length === 0 && none && <p className="muted small">{none}</p>}
      {wrong && <p className="field-error">{wrong}</p>}
    </fieldset>
  )
}
