import { useState } from 'react'
import { call, client, useChange } from '../../api'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { told } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { room } from './words'

/** Bind lets the Mini Program know which WeChat is hers, so that tasks reach her there and not only here. */
export function Bind() {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const get = useChange((done: (made: { code: string; expires_at: number }) => void) => call(client.POST('/api/console/v1/operator/code')).then(done))
  const [open, setOpen] = useState(false)
  const [made, setMade] = useState<{ code: string; expires_at: number }>()
  const close = () => { setOpen(false); setMade(undefined); get.reset() }
  return (
    <>
      <button type="button" className="link small" onClick={() => setOpen(true)}>{w('bind')}</button>
      <Ask open={open} title={w('bind.title')} text={w(made ? 'bind.where' : 'bind.text', { when: say(made?.expires_at ?? 0) })} yes={w(made ? 'bind.done' : 'bind.get')} busy={get.isPending}
        error={get.error ? told(get.error, t) : undefined} onYes={() => (made ? close() : void get.do(setMade))} onClose={close}>
        {made && <p className="bind-code"><code>{made.code}</code></p>}
      </Ask>
    </>
  )
}
