import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { at, call, client, useChange } from '../../api'
import type { components } from '../../schema'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { CheckField, SelectField, TextField, wrongOf } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { cardWords } from './cardwords'

type Rights = components['schemas']['CardRights']

/** The categories the open chat tool takes without the trade guarantee's badge. */
const categories = ['', 'social', 'securities', 'funds', 'bank'] as const

/** Cards is what the organiser says of her Mini Program's cards: WeChat tells no one, and without it every card is a plain one. */
export function Cards({ id }: { id: string }) {
  const w = useWords(cardWords)
  const rights = useQuery({ queryKey: ['cards', id], queryFn: () => call(client.GET('/api/console/v1/channels/{id}/cards', at(id))) }).data
  const [open, setOpen] = useState(false)
  if (!rights) return null
  const can = [
    !rights.no_updatable && w('says.updatable'),
    rights.chat_tool && w('says.chat'),
    rights.todo && w('says.todo'),
  ].filter((x) => x !== false && x !== '' && x !== undefined)
  return (
    <div className="sys-cards">
      <div>
        <h3>{w('title')}</h3>
        <p>{can.length > 0 && rights.base_library ? can.join(' · ') : w('says.plain')}</p>
        <p className="muted small">{rights.base_library ? w('says.library', { version: rights.base_library }) : w('says.noLibrary')}</p>
      </div>
      <button type="button" className="button" onClick={() => setOpen(true)}>{w('edit')}</button>
      {open && <Form id={id} rights={rights} onClose={() => setOpen(false)} />}
    </div>
  )
}

function Form({ id, rights, onClose }: { id: string; rights: Rights; onClose: () => void }) {
  const w = useWords(cardWords)
  const { t } = useText()
  const tell = useTell()
  const [d, set] = useState(rights)
  const save = useChange((body: Rights) => call(client.PUT('/api/console/v1/channels/{id}/cards', { ...at(id), body })))
  const refused = wrongOf(save.error)
  const go = async () => {
    if (!(await save.do(d))) return
    tell(w('saved'))
    onClose()
  }
  return (
    <Ask open title={w('title')} text={w('text')} yes={w('save')} busy={save.isPending} error={save.error && !refused ? told(save.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <CheckField name="updatable" label={w('updatable')} hint={w('updatable.hint')} checked={!d.no_updatable} onChecked={(on) => set({ ...d, no_updatable: !on })} />
      <TextField name="base_library" label={w('library')} hint={w('library.hint')} wrong={refused?.field === 'base_library' ? refused.text : undefined} placeholder="3.0.0"
        maxLength={20} autoComplete="off" value={d.base_library ?? ''} onValue={(base_library) => set({ ...d, base_library: base_library.trim() })} />
      <SelectField name="chat_tool" label={w('chat')} hint={w('chat.hint')} value={d.chat_tool ?? ''} onValue={(v) => set({ ...d, chat_tool: v as Rights['chat_tool'] })}
        options={(['', 'beta', 'open'] as const).map((x) => ({ value: x, label: w(`chat.${x}`) }))} />
      {d.chat_tool === 'open' && (
        <>
          <CheckField name="guarantee" label={w('guarantee')} checked={d.trade_guarantee ?? false} onChecked={(on) => set({ ...d, trade_guarantee: on })} />
          <SelectField name="category" label={w('category')} value={d.category ?? ''} onValue={(category) => set({ ...d, category })}
            options={[...categories.map((x) => ({ value: x as string, label: w(`category.${x}`) })), ...(d.category && !categories.includes(d.category as '') ? [{ value: d.category, label: d.category }] : [])]} />
        </>
      )}
      <CheckField name="todo" label={w('todo')} checked={d.todo ?? false} onChecked={(on) => set({ ...d, todo: on })} />
      <CheckField name="long" label={w('long')} hint={w('long.hint')} checked={d.long ?? false} onChecked={(on) => set({ ...d, long: on })} />
    </Ask>
  )
}
