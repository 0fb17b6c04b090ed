import { useText, useWords } from '../../text'
import { SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { usePicks } from './api'
import { blank, hasDays, hasIds, hasTimes, kinds, limits, type Typed, wrongTyped } from './rule'
import { ruleWords } from './rulewords'

const most = 10

interface Props {
  /** before the names of the fields, so that two of them can stand on one page */
  name: string
  all: Typed[]
  onAll: (all: Typed[]) => void
  /** whether to say what is wrong */
  tried: boolean
  /** what the server said of the whole */
  wrong?: string
}

/** Conditions is the editor of a rule: whoever meets all of them is meant. */
export function Conditions({ name, all, onAll, tried, wrong }: Props) {
  const w = useWords(ruleWords)
  const set = (key: number, change: Partial<Typed>) => onAll(all.map((c) => (c.key === key ? { ...c, ...change } : c)))
  const add = () => onAll([...all, blank(Math.max(-1, ...all.map((c) => c.key)) + 1)])
  return (
    <div className="reach-rule">
      <p className="hint">{w('all')}</p>
      {all.map((c, i) => (
        <fieldset key={c.key} className="reach-condition">
          <legend className="sr">{w('nth', { n: i + 1 })}</legend>
          <button type="button" className="icon-button" aria-label={w('remove', { n: i + 1 })} onClick={() => onAll(all.filter((x) => x.key !== c.key))}>
            <Icon name="close" />
          </button>
          <One name={`${name}-${c.key}`} c={c} set={(change) => set(c.key, change)} tried={tried} />
        </fieldset>
      ))}
      {tried && all.length === 0 && <p className="field-error" role="alert">{w('need')}</p>}
      {wrong && <p className="field-error" role="alert">{wrong}</p>}
      <p className="actions">
        {all.length < most
          ? <button type="button" className="button" onClick={add}><Icon name="plus" />{w('add')}</button>
          : <span className="hint">{w('most')}</span>}
      </p>
      <p className="hint">{w('city')}</p>
    </div>
  )
}

function One({ name, c, set, tried }: { name: string; c: Typed; set: (change: Partial<Typed>) => void; tried: boolean }) {
  const w = useWords(ruleWords)
  const wrong = tried ? wrongTyped(c) : undefined
  return (
    <>
      <div className="reach-condition-head">
        <SelectField name={`${name}-not`} label={w('not')} value={c.not ? 'no' : 'yes'} onValue={(v) => set({ not: v === 'no' })}
          options={[{ value: 'yes', label: w('is') }, { value: 'no', label: w('isNot') }]} />
        <SelectField name={`${name}-kind`} label={w('kind')} value={c.kind} options={kinds.map((k) => ({ value: k, label: w(`kind.${k}`) }))}
          onValue={(v) => set({ kind: kinds.find((k) => k === v) ?? c.kind, ids: [], langs: [] })} />
        {hasTimes(c.kind) && (
          <TextField name={`${name}-times`} label={w('times')} inputMode="numeric" value={c.times} onValue={(times) => set({ times })}
            wrong={wrong?.times ? w('number', { max: limits.times }) : undefined} />
        )}
        {hasDays(c.kind) && (
          <TextField name={`${name}-days`} label={w('within')} inputMode="numeric" value={c.days} onValue={(days) => set({ days })}
            hint={w('withinHint')} wrong={wrong?.days ? w('number', { max: limits.days }) : undefined} />
        )}
      </div>
      {hasIds(c.kind) && <Picks name={name} c={c} set={set} />}
      {c.kind === 'lang' && (
        <fieldset className="reach-picks">
          <legend>{w('which.lang')}</legend>
          <div className="reach-picks-all">
            {(['zh-Hans', 'zh-Hant', 'en'] as const).map((l) => (
              <Pick key={l} id={`${name}-${l}`} label={w(`lang.${l}`)} on={c.langs.includes(l)} onOn={(on) => set({ langs: on ? [...c.langs, l] : c.langs.filter((x) => x !== l) })} />
            ))}
          </div>
          {wrong?.langs && <p className="field-error">{w('needLang')}</p>}
        </fieldset>
      )}
    </>
  )
}

function Picks({ name, c, set }: { name: string; c: Typed; set: (change: Partial<Typed>) => void }) {
  const w = useWords(ruleWords)
  const { t } = useText()
  const kind = c.kind === 'follow' || c.kind === 'visit' || c.kind === 'lang' ? 'group' : c.kind
  const picks = usePicks(kind)
  // What is chosen and not listed any more stays visible, so that it can be taken away.
  const gone = picks.data ? c.ids.filter((id) => !picks.data.some((p) => p.id === id)) : []
  const all = [...(picks.data ?? []), ...gone.map((id) => ({ id, name: w('say.gone') }))]
  return (
    <details className="reach-picks" open={c.ids.length > 0 || undefined}>
      <summary>{w(`which.${kind}`)}<small>{c.ids.length > 0 ? w('chosen', { n: c.ids.length }) : w('chosenNone')}</small></summary>
      <p className="hint">{picks.isError ? told(picks.error, t) : picks.data?.length === 0 ? w('none') : w('any')}</p>
      <div className="reach-picks-all" role="group" aria-label={w(`which.${kind}`)}>
        {all.map((p) => (
          <Pick key={p.id} id={`${name}-${p.id}`} label={p.name} on={c.ids.includes(p.id)}
            onOn={(on) => set({ ids: on ? [...c.ids, p.id] : c.ids.filter((x) => x !== p.id) })} />
        ))}
      </div>
    </details>
  )
}

function Pick({ id, label, on, onOn }: { id: string; label: string; on: boolean; onOn: (on: boolean) => void }) {
  return (
    <label className="reach-pick" htmlFor={id}>
      <input type="checkbox" id={id} checked={on} onChange={(e) => onOn(e.target.checked)} />{label}
    </label>
  )
}
