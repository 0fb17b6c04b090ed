import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Failed, told } from '../../ui/states'
import { useSaveRules, useTryRules } from './api'
import { Changes } from './changes'
import { DryRun } from './dryrun'
import type { Rules } from './types'
import { ruleWords } from './words'

interface Props {
  group: string
  base: number
  rules: Rules
  onKeep: () => void
  onSaved: (rev: number, rules: Rules) => void
}

/** Review says what a change of rules would do, before it is made. */
export function Review({ group, base, rules, onKeep, onSaved }: Props) {
  const w = useWords(ruleWords)
  const { t } = useText()
  const trial = useTryRules()
  const save = useSaveRules()
  const [asking, setAsking] = useState(false)
  const head = useRef<HTMLHeadingElement>(null)
  const look = () => trial.mutate({ group, rules })
  useEffect(() => { look(); head.current?.focus() }, [])
  const go = async () => {
    try {
      const next = await save.mutateAsync({ group, base, rules })
      setAsking(false)
      onSaved(next.rev, next.rules)
    } catch {
      // the question shows it
    }
  }
  const found = trial.data
  const looser = found?.changes.some((c) => c.effect === 'looser' || c.effect === 'different')
  const late = save.error instanceof ApiError && save.error.status === 409
  return (
    <section className="card pacing-review" aria-labelledby="review">
      <h2 id="review" tabIndex={-1} ref={head}>{w('changes')}</h2>
      {trial.isPending && <p className="muted" role="status">{w('trying')}</p>}
      {trial.isError && <Failed error={trial.error} retry={look} />}
      {found && (
        <>
          {found.changes.length === 0 ? <p className="muted">{w('changes.none')}</p> : <Changes changes={found.changes} />}
          {found.changes.length > 0 && <DryRun found={found} />}
        </>
      )}
      {late && <p className="notice warn" role="alert"><Icon name="alert" />{told(save.error, t)}</p>}
      <div className="actions pacing-save" data-dirty>
        <button type="button" className="button" onClick={onKeep}>{w('keep')}</button>
        <button type="button" className="button primary" disabled={!found || found.changes.length === 0} onClick={() => setAsking(true)}>{w('save')}</button>
      </div>
      <Ask open={asking} title={w('save.title')} text={w('save.text')} yes={w('save')} busy={save.isPending}
        error={save.error ? told(save.error, t) : undefined} onYes={() => void go()} onClose={() => { setAsking(false); save.reset() }}>
        {looser && <p className="notice warn"><Icon name="alert" />{w('save.looser')}</p>}
      </Ask>
    </section>
  )
}
