import { useEffect, useState } from 'react'
import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import type { Group } from '../../types'
import { Ask } from '../../ui/ask'
import { CheckField, SelectField, TextField } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type LiveCode, type LiveGroup, useAddRoom, useChangeRoom } from './api'
import { room } from './words'

interface Props { live: LiveCode; open: boolean; onClose: () => void }

interface Choice { city: string; tag: string; rolls: boolean }

/** Choices are what a pool says of one of its groups; which of them matter depends on the rule and the kind of group. */
function Choices({ live, kind, choice, set }: { live: LiveCode; kind?: Group['kind']; choice: Choice; set: (choice: Choice) => void }) {
  const w = useWords(room)
  return (
    <>
      {live.rule === 'city' && (
        <TextField name="room-city" label={w('pool.city')} hint={w('pool.cityHint')} value={choice.city} maxLength={20} onValue={(city) => set({ ...choice, city })} />
      )}
      {live.rule === 'tag' && (
        <TextField name="room-tag" label={w('pool.tag')} hint={w('pool.tagHint')} value={choice.tag} maxLength={20} onValue={(tag) => set({ ...choice, tag })} />
      )}
      {kind === 'wecom' && (
        <CheckField name="room-rolls" label={w('pool.rolls')} hint={w('pool.rollsHint')} checked={choice.rolls} onChecked={(rolls) => set({ ...choice, rolls })} />
      )}
    </>
  )
}

const none: Choice = { city: '', tag: '', rolls: false }

/** AddRoom puts a group into a live code, behind those that are in it. */
export function AddRoom({ live, open, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const groups = useGroups().data
  const add = useAddRoom()
  const [group, setGroup] = useState('')
  const [choice, setChoice] = useState(none)
  const [needed, setNeeded] = useState(false)
  useEffect(() => { if (open) { setGroup(''); setChoice(none); setNeeded(false) } }, [open])
  const free = groups?.filter((g) => !live.groups.some((in_) => in_.group_id === g.id)) ?? []
  const chosen = free.find((g) => g.id === group)
  const close = () => { add.reset(); onClose() }
  const save = async () => {
    if (!chosen) return setNeeded(true)
    const place = Math.max(-1, ...live.groups.map((g) => g.place)) + 1
    const said = { city: choice.city.trim(), tag: choice.tag.trim(), rolls: choice.rolls }
    if (!(await add.do({ live: live.id, group_id: chosen.id, place, ...said }))) return
    tell(w('pool.added', { group: chosen.name }))
    close()
  }
  const full = groups !== undefined && free.length === 0
  return (
    <Ask open={open} title={w('pool.add')} text={w('pool.addText')} yes={w('pool.add')} busy={add.isPending}
      error={add.error ? told(add.error, t) : undefined} onYes={() => void save()} onClose={close}>
      <SelectField name="room-group" label={w('pool.group')} hint={full ? w('pool.noneLeft') : ''} wrong={needed && !chosen && !full ? w('live.need') : undefined}
        value={group} onValue={(id) => { setGroup(id); setChoice({ ...choice, rolls: free.find((g) => g.id === id)?.kind === 'wecom' }) }}
        options={[{ value: '', label: w('pool.choose') }, ...free.map((g) => ({ value: g.id, label: `${g.name} · ${t(`kind.${g.kind}`)}` }))]} />
      <Choices live={live} kind={chosen?.kind} choice={choice} set={setChoice} />
    </Ask>
  )
}

/** EditRoom changes what a live code says of one of its groups. */
export function EditRoom({ live, group, open, onClose }: Props & { group: LiveGroup }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const change = useChangeRoom()
  const [choice, setChoice] = useState(none)
  useEffect(() => { if (open) setChoice({ city: group.city, tag: group.tag, rolls: group.rolls }) }, [open])
  const close = () => { change.reset(); onClose() }
  const save = async () => {
    const said = { city: choice.city.trim(), tag: choice.tag.trim(), rolls: choice.rolls }
    if (!(await change.do({ live: live.id, group: group.group_id, ...said }))) return
    tell(w('live.saved'))
    close()
  }
  return (
    <Ask open={open} title={w('pool.editTitle', { group: group.name })} text={w('pool.editText')} yes={w('live.save')} busy={change.isPending}
      error={change.error ? told(change.error, t) : undefined} onYes={() => void save()} onClose={close}>
      <Choices live={live} kind={group.kind} choice={choice} set={setChoice} />
    </Ask>
  )
}
