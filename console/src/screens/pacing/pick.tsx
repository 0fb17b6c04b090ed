import { useSearchParams } from 'wouter'
import { useGroups } from '../../api'
import type { Group } from '../../types'
import { SelectField } from '../../ui/form'

/** usePick is the group named in the address, "" for none. */
export function usePick(): [string, (id: string) => void] {
  const [search, set] = useSearchParams()
  return [search.get('group') ?? '', (id) => set(id ? { group: id } : {}, { replace: true })]
}

/** Pick chooses a group; none, if it is given, is the choice that is no group. */
export function Pick({ label, none, value, onValue }: { label: string; none?: string; value: string; onValue: (id: string) => void }) {
  const groups: Group[] = useGroups().data ?? []
  const options = groups.map((g) => ({ value: g.id, label: g.name }))
  return (
    <div className="pick">
      <SelectField name="group" label={label} value={value} onValue={onValue} options={none === undefined ? options : [{ value: '', label: none }, ...options]} />
    </div>
  )
}
