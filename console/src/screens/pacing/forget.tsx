import { useState } from 'react'
import { useText, useWords } from '../../text'
import type { Group } from '../../types'
import { Ask } from '../../ui/ask'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useForget } from './api'
import { fatigueWords } from './fatiguewords'

/** Forget lets a group that has changed be learnt anew. */
export function Forget({ group }: { group: Group }) {
  const w = useWords(fatigueWords)
  const { t } = useText()
  const tell = useTell()
  const forget = useForget()
  const [asking, setAsking] = useState(false)
  const close = () => { setAsking(false); forget.reset() }
  const go = async () => {
    if (!(await forget.do(group.id))) return
    close()
    tell(w('forget.done'))
  }
  return (
    <section className="card fatigue-over" aria-labelledby="forget">
      <h2 id="forget">{w('forget')}</h2>
      <p className="muted">{w('forget.text')}</p>
      <div className="actions"><button type="button" className="button fatigue-forget" onClick={() => setAsking(true)}>{w('forget')}</button></div>
      <Ask open={asking} careful title={w('forget.title', { group: group.name })} text={w('forget.ask')} yes={w('forget')} busy={forget.isPending}
        error={forget.error ? told(forget.error, t) : undefined} onYes={() => void go()} onClose={close} />
    </section>
  )
}
