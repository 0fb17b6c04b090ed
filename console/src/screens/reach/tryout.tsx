import { useState } from 'react'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { TextField, wrongOf } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { usePreview } from './api'
import { reachWords } from './words'

/** TryOut sends a broadcast to one person, who looks at it on a phone. */
export function TryOut({ id, onClose }: { id: string; onClose: () => void }) {
  const w = useWords(reachWords)
  const { t } = useText()
  const tell = useTell()
  const preview = usePreview()
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const refused = wrongOf(preview.error)
  const send = async () => {
    setTried(true)
    if (!name.trim() || !(await preview.do({ id, name: name.trim() }))) return
    tell(w('try.sent'))
    onClose()
  }
  return (
    <Ask open title={w('try.title')} text={w('try.text')} yes={w('try.send')} busy={preview.isPending}
      error={preview.error && !refused ? told(preview.error, t) : undefined} onYes={() => void send()} onClose={onClose}>
      <TextField name="wx_name" label={w('try.name')} hint={w('try.nameHint')} value={name} maxLength={64} autoComplete="off"
        onValue={(x) => { setName(x); preview.reset() }} wrong={refused?.text ?? (tried && !name.trim() ? w('need') : undefined)} />
    </Ask>
  )
}
