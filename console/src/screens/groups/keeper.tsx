import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import type { Group } from '../../types'
import { Ask } from '../../ui/ask'
import { SelectField } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useSetKeeper, useTeam } from '../team/api'
import { room } from './words'

/** Keeper is who looks after a group: her tasks go there, to the deputy while she is away, to all owners if nobody is named. */
export function Keeper({ group }: { group: Group }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const team = useTeam().data
  const set = useSetKeeper()
  const [open, setOpen] = useState(false)
  const [keeper, setKeeper] = useState(group.keeper_id)
  const [deputy, setDeputy] = useState(group.deputy_id)
  if (!team) return null
  const name = (id: string) => team.members.find((m) => m.id === id)?.name ?? ''
  const show = () => { setKeeper(group.keeper_id); setDeputy(group.deputy_id); set.reset(); setOpen(true) }
  const go = async () => {
    if (!(await set.do({ group: group.id, keeper, deputy: deputy === keeper ? '' : deputy }))) return
    setOpen(false)
    tell(w('edit.done'))
  }
  const options = [{ value: '', label: w('keeper.nobody') }, ...team.members.filter((m) => m.active).map((m) => ({ value: m.id, label: m.name }))]
  return (
    <section className="card need-row" aria-labelledby="keeper">
      <div>
        <h2 id="keeper">{w('keeper.title')}</h2>
        <p>{group.keeper_id ? name(group.keeper_id) : <span className="muted">{w('keeper.nobody')}</span>}{group.deputy_id && <span className="muted"> · {w('keeper.deputyIs', { name: name(group.deputy_id) })}</span>}</p>
        <p className="muted small">{w(group.kind === 'wecom' ? 'keeper.wecomText' : 'keeper.text')}</p>
      </div>
      {options.length > 2 ? <button type="button" className="button" onClick={show}>{w('keeper.change')}</button> : <Link to="/team" className="button">{w('keeper.invite')}</Link>}
      <Ask open={open} title={w('keeper.ask', { group: group.name })} text={w('keeper.askText')} yes={w('edit.save')} busy={set.isPending}
        error={set.error ? told(set.error, t) : undefined} onYes={() => void go()} onClose={() => setOpen(false)}>
        <SelectField name="keeper" label={w('keeper.title')} value={keeper} onValue={setKeeper} options={options} />
        <SelectField name="deputy" label={w('keeper.deputy')} hint={w('keeper.deputyHint')} value={deputy} onValue={setDeputy} options={options.map((o) => ({ ...o, disabled: o.value !== '' && o.value === keeper }))} />
      </Ask>
    </section>
  )
}
