import { useState } from 'react'
import { at, call, client, useChange } from '../../api'
import { useText, useWords } from '../../text'
import type { Group } from '../../types'
import { Ask } from '../../ui/ask'
import { TextField, wrongOf } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { room } from './words'

/** Retire ends an ordinary group once its name is typed, and brings one back that was ended. */
export function Retire({ group }: { group: Group }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const { say } = useWhen()
  const retire = useChange((name: string) => call(client.POST('/api/console/v1/groups/{id}/retire', { ...at(group.id), body: { name } })))
  const restore = useChange(() => call(client.POST('/api/console/v1/groups/{id}/restore', at(group.id))))
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const refused = wrongOf(retire.error)
  const close = () => { setOpen(false); setName(''); retire.reset() }
  const go = async () => {
    if (!(await retire.do(name))) return
    close()
    tell(w('retire.done', { group: group.name }))
  }
  if (group.gone_at > 0) {
    return (
      <div className="notice warn retired"><span>{w('retire.ended', { when: say(group.gone_at, group.zone) })}</span>
        {group.kind === 'ordinary' && <button type="button" className="button" disabled={restore.isPending}
          onClick={() => void restore.do(undefined).then((ok) => tell(ok ? w('retire.back') : t('error.unknown'), ok ? 'good' : 'bad'))}>{w('retire.restore')}</button>}
      </div>
    )
  }
  if (group.kind !== 'ordinary') return null
  return (
    <>
      <p className="group-end"><button type="button" className="button quiet" onClick={() => setOpen(true)}>{w('retire')}</button></p>
      <Ask open={open} careful title={w('retire.title', { group: group.name })} text={w('retire.text')} yes={w('retire')} busy={retire.isPending}
        error={retire.error && !refused ? told(retire.error, t) : undefined} onYes={() => void go()} onClose={close}>
        <TextField name="retire-name" label={w('retire.name', { group: group.name })} wrong={refused?.text} autoComplete="off" value={name} onValue={setName} />
      </Ask>
    </>
  )
}
