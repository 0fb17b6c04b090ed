import { useEffect, useState } from 'react'
import { useText, useWords } from '../../text'
import { whole } from '../../text/number'
import { Ask } from '../../ui/ask'
import { SelectField, TextField, wrongOf } from '../../ui/form'
import { told } from '../../ui/states'
import type { LiveCode, LiveRule } from './api'
import { room, type Word } from './words'

const rules: LiveRule[] = ['in_order', 'least_full', 'city', 'tag']

export interface LiveDraft { name: string; rule: LiveRule; margin: number }

interface Props {
  open: boolean
  title: string
  text: string
  yes: string
  live?: LiveCode
  change: { isPending: boolean; error: unknown; reset: () => void }
  onSave: (form: LiveDraft) => void
  onClose: () => void
}

/** LiveForm asks for a live code's name and rule. */
export function LiveForm({ open, title, text, yes, live, change, onSave, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const [name, setName] = useState('')
  const [rule, setRule] = useState<LiveRule>('in_order')
  const [margin, setMargin] = useState('5')
  const [wrong, setWrong] = useState<{ name?: Word; margin?: Word }>({})
  useEffect(() => {
    if (!open) return
    setName(live?.name ?? '')
    setRule(live?.rule ?? 'in_order')
    setMargin(String(live?.margin ?? 5))
    setWrong({})
    // Only when it opens: what is asked for again meanwhile must not undo what is being typed.
  }, [open])
  const refused = wrongOf(change.error)
  const close = () => { change.reset(); onClose() }
  const save = () => {
    const places = whole(margin, 0, 100)
    const found = { name: name.trim() ? undefined : 'live.need', margin: Number.isNaN(places) ? 'live.number' : undefined } as const
    setWrong(found)
    if (!found.name && !found.margin) onSave({ name: name.trim(), rule, margin: places })
  }
  const say = (field: 'name' | 'margin') => {
    const mine = wrong[field]
    return mine ? w(mine) : refused?.field === field ? refused.text : undefined
  }
  const general = change.error && refused?.field !== 'name' && refused?.field !== 'margin' ? told(change.error, t) : undefined
  return (
    <Ask open={open} title={title} text={text} yes={yes} busy={change.isPending} error={general} onYes={save} onClose={close}>
      <TextField name="live-name" label={w('live.name')} hint={w('live.nameHint')} wrong={say('name')} value={name} onValue={setName} maxLength={60} />
      <SelectField name="live-rule" label={w('live.rule')} hint={w(`ruleText.${rule}`)} value={rule} onValue={(v) => setRule(v as LiveRule)}
        options={rules.map((value) => ({ value, label: w(`rule.${value}`) }))} />
      <TextField name="live-margin" label={w('live.margin')} hint={w('live.marginHint')} wrong={say('margin')} value={margin} onValue={setMargin} inputMode="numeric" />
    </Ask>
  )
}
