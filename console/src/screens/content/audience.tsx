import { useState } from 'react'
import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { SelectField } from '../../ui/form'
import type { Part } from './composer'
import type { Draft } from './draft'
import { room } from './words'

/** From this many groups on one is looked for by its name. */
const many = 9

/** AudienceFields choose the groups that get it. */
export function AudienceFields({ d, set, says }: Part) {
  const w = useWords(room)
  return (
    <>
      <SelectField name="audience" label={w('form.groups')} hint={d.audience === 'chosen' ? '' : w('form.groupsHint')} value={d.audience}
        onValue={(audience) => set({ audience: audience as Draft['audience'] })}
        options={(['all', 'wecom', 'ordinary', 'chosen'] as const).map((a) => ({ value: a, label: w(`aud.${a}`) }))} />
      {d.audience === 'chosen' && <Chosen d={d} set={set} says={says} />}
    </>
  )
}

function Chosen({ d, set, says }: Part) {
  const w = useWords(room)
  const { t } = useText()
  const all = useGroups().data ?? []
  const [words, setWords] = useState('')
  const shown = all.filter((g) => g.name.toLowerCase().includes(words.trim().toLowerCase()))
  const toggle = (id: string, on: boolean) => set({ groups: on ? [...d.groups, id] : d.groups.filter((x) => x !== id) })
  const wrong = says('groups')
  return (
    <fieldset className="sub-fields chosen" data-field="groups">
      <legend className="small muted">{w('aud.chosenN', { n: d.groups.length })}</legend>
      {all.length >= many && <input className="input" type="search" aria-label={w('aud.search')} placeholder={w('aud.search')} value={words} onChange={(e) => setWords(e.target.value)} />}
      <div className="chosen-list">
        {shown.map((g) => (
          <label key={g.id} className="check">
            <input type="checkbox" checked={d.groups.includes(g.id)} onChange={(e) => toggle(g.id, e.target.checked)} />
            <span>{g.name}<small className="muted"> · {t(`kind.${g.kind}`)}</small></span>
          </label>
        ))}
      </div>
      {wrong && <p className="field-error">{wrong}</p>}
    </fieldset>
  )
}
