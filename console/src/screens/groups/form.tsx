import { useMemo, useState } from 'react'
import { ApiError } from '../../api'
import { useText, useWords } from '../../text'
import { whole } from '../../text/number'
import type { Group } from '../../types'
import { CheckField, SelectField, TextField, wrongOf } from '../../ui/form'
import { told } from '../../ui/states'
import { useViewer } from '../../ui/viewer'
import type { GroupForm } from './api'
import { room } from './words'
import { zones } from './zones'

interface Draft { name: string; heads: string; capacity: string; zone: string; again: boolean }

/** How many people an ordinary WeChat group holds at most. */
const usual = 500

/** useGroupDraft holds what is typed of a group, and tells what of it is wrong and what has changed. */
export function useGroupDraft(group?: Group) {
  const w = useWords(room)
  const { community } = useViewer()
  const start = (): Draft => ({
    name: group?.name ?? '', heads: '', capacity: String(group?.capacity || usual), zone: group?.zone ?? community.zone, again: false,
  })
  const [draft, set] = useState(start)
  const [tried, setTried] = useState(false)
  const heads = whole(draft.heads, 0, 5000)
  const capacity = whole(draft.capacity, 1, 5000)
  const most = Number.isNaN(capacity) ? usual : capacity
  const wrong = {
    name: draft.name.trim() === '' ? w('form.needName') : undefined,
    headcount: draft.heads === '' ? undefined : Number.isNaN(heads) ? w('form.number', { min: 0, max: 5000 }) : heads > most ? w('form.tooMany', { max: most }) : undefined,
    capacity: Number.isNaN(capacity) ? w('form.number', { min: 1, max: 5000 }) : undefined,
  }
  const ordinary = !group || group.kind === 'ordinary'
  /** form is what is to be sent; nothing if it cannot be yet. */
  const form = (): GroupForm | undefined => {
    setTried(true)
    if (ordinary && Object.values(wrong).some(Boolean)) return undefined
    return {
      ...(ordinary && draft.name.trim() !== group?.name ? { name: draft.name.trim() } : {}),
      ...(ordinary && draft.heads !== '' ? { headcount: heads } : {}),
      ...(ordinary && capacity !== group?.capacity ? { capacity } : {}),
      ...(draft.zone !== group?.zone ? { zone: draft.zone } : {}),
      ...(draft.again ? { again: true } : {}),
    }
  }
  return { draft, set, wrong: tried ? wrong : {}, form, ordinary, reset: () => { set(start()); setTried(false) } }
}

type Held = ReturnType<typeof useGroupDraft>

/** GroupFields are the fields of a group; what the server objects to stands at its field. */
export function GroupFields({ held, group, error }: { held: Held; group?: Group; error: unknown }) {
  const w = useWords(room)
  const { draft, set, ordinary } = held
  const refused = wrongOf(error)
  const twin = error instanceof ApiError && error.code === 'group_name_taken'
  const at = (name: 'name' | 'headcount' | 'capacity' | 'zone') =>
    (name === 'zone' ? undefined : held.wrong[name as keyof typeof held.wrong]) ?? (refused?.field === name ? refused.text : undefined)
  const choices = useMemo(() => zones(group?.zone ?? draft.zone), [])
  return (
    <>
      {ordinary && (
        <TextField name="name" label={w('form.name')} hint={w('form.nameHint')} wrong={at('name')} value={draft.name} maxLength={60} autoComplete="off"
          onValue={(name) => set({ ...draft, name, again: false })} />
      )}
      {ordinary && (twin || draft.again) && (
        <CheckField name="again" label={w('form.again')} checked={draft.again} onChecked={(again) => set({ ...draft, again })} />
      )}
      {ordinary && (
        <div className="field-pair">
          <TextField name="headcount" label={w('form.heads')} hint={group ? w('form.headsWas', { n: group.headcount }) : w('form.headsHint')} wrong={at('headcount')}
            value={draft.heads} inputMode="numeric" autoComplete="off" onValue={(heads) => set({ ...draft, heads })} />
          <TextField name="capacity" label={w('form.capacity')} hint={w('form.capacityHint')} wrong={at('capacity')} value={draft.capacity} inputMode="numeric"
            autoComplete="off" onValue={(capacity) => set({ ...draft, capacity })} />
        </div>
      )}
      <SelectField name="zone" label={w('form.zone')} hint={w('form.zoneHint')} wrong={at('zone')} value={draft.zone} onValue={(zone) => set({ ...draft, zone })} options={choices} />
    </>
  )
}

/** useGeneral is what is wrong with the whole, when it is not a field's. */
export function useGeneral(error: unknown): string | undefined {
  const { t } = useText()
  return error && !wrongOf(error) ? told(error, t) : undefined
}
