import { useWords } from '../../text'
import { AreaField, SelectField } from '../../ui/form'
import { type Account, useEntries, useMenu } from './api'
import { type Draft, kindsOf } from './draft'
import { allButtons } from './menudraft'
import { eventsOf } from './say'
import { room } from './words'

interface Props {
  account: Account
  draft: Draft
  set: (part: Partial<Draft>) => void
  wrong?: string
}

/** TriggerPart is the part of a rule's form that says when it answers. */
export function TriggerPart({ account, draft, set, wrong }: Props) {
  const w = useWords(room)
  const kinds = kindsOf(account.kind).map((kind) => ({ value: kind, label: w(`kind.${kind}`) }))
  return (
    <>
      <SelectField name="kind" label={w('kind')} hint={w(`explain.${draft.kind}`)} value={draft.kind} options={kinds}
        onValue={(kind) => set({ kind: kind as Draft['kind'], chosen: [] })} />
      {draft.kind === 'keyword' && <Keywords draft={draft} set={set} wrong={wrong} />}
      {draft.kind === 'event' && (
        <Choices label={w('events')} wrong={wrong} chosen={draft.chosen} set={set}
          options={eventsOf(account.kind).map((e) => ({ value: e, label: w(`event.${e}`) }))} />
      )}
      {draft.kind === 'menu' && <MenuKeys draft={draft} set={set} wrong={wrong} />}
      {draft.kind === 'entry' && <EntryCodes draft={draft} set={set} wrong={wrong} />}
    </>
  )
}

function Keywords({ draft, set, wrong }: Omit<Props, 'account'>) {
  const w = useWords(room)
  const hows = (['contains', 'exact', 'regex'] as const).map((how) => ({ value: how, label: w(`how.${how}`) }))
  return (
    <>
      <SelectField name="how" label={w('how')} hint={w(`howHint.${draft.how}`)} value={draft.how} options={hows}
        onValue={(how) => set({ how: how as Draft['how'] })} />
      <AreaField name="patterns" label={w(draft.how === 'regex' ? 'expressions' : 'patterns')} hint={w('patternsHint')} wrong={wrong}
        value={draft.lines} rows={3} onValue={(lines) => set({ lines })} spellCheck={draft.how !== 'regex'} />
    </>
  )
}

function MenuKeys({ draft, set, wrong }: Omit<Props, 'account'>) {
  const w = useWords(room)
  const menu = useMenu().data
  const known = new Map(allButtons(menu?.buttons ?? []).concat(allButtons(menu?.live.buttons ?? []))
    .filter((b) => b.key).map((b) => [b.key ?? '', b.name]))
  const options = [...known].map(([value, label]) => ({ value, label }))
  for (const key of draft.chosen) if (!known.has(key)) options.push({ value: key, label: key + (menu ? w('unused') : '') })
  return <Choices label={w('keys')} hint={w('keysHint')} none={w('keysNone')} wrong={wrong} chosen={draft.chosen} set={set} options={options} />
}

function EntryCodes({ draft, set, wrong }: Omit<Props, 'account'>) {
  const w = useWords(room)
  const entries = useEntries().data ?? []
  const options = entries.filter((e) => e.retired_at === 0 || draft.chosen.includes(e.code))
    .map((e) => ({ value: e.code, label: `${e.label || e.code} → ${e.leads_to}${e.retired_at ? w('retired') : ''}` }))
  for (const code of draft.chosen) if (!options.some((o) => o.value === code)) options.push({ value: code, label: code })
  return <Choices label={w('entries')} hint={w('entriesHint')} none={w('entriesNone')} wrong={wrong} chosen={draft.chosen} set={set} options={options} />
}

/** Choices are boxes to tick, of which some are chosen. */
function Choices({ label, hint, none, wrong, chosen, set, options }: {
  label: string; hint?: string; none?: string; wrong?: string; chosen: string[]; set: (part: Partial<Draft>) => void
  options: { value: string; label: string }[]
}) {
  const flip = (value: string, on: boolean) => set({ chosen: on ? [...chosen, value] : chosen.filter((c) => c !== value) })
  return (
    <fieldset className="boxes" aria-describedby="boxes-hint">
      <legend>{label}</legend>
      <div className="boxes-list">
        {options.map((o, i) => (
          <label key={o.value} className="box">
            <input type="checkbox" checked={chosen.includes(o.value)} onChange={(e) => flip(o.value, e.target.checked)}
              aria-invalid={wrong && i === 0 ? true : undefined} />{o.label}
          </label>
        ))}
      </div>
      <p className={wrong ? 'field-error' : 'hint'} id="boxes-hint">{wrong ?? (options.length === 0 ? none : hint) ?? ''}</p>
    </fieldset>
  )
}
