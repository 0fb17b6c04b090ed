import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { useWords } from '../../text'
import { CheckField, SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { CapRows } from './caps'
import { type Draft, type Platform, toDraft, type Wrong } from './draft'
import { Excluded } from './excluded'
import type { Revision, Rules } from './types'
import { ruleWords } from './words'

interface Props {
  group: string
  draft: Draft
  onDraft: (draft: Draft) => void
  /** what the community says, where a group's rules are changed */
  community?: Rules
  wrong: Wrong
  clean: boolean
  moved?: Revision
  onMoved: () => void
  onReset: () => void
  onReview: () => void
}

type Texts = { [K in keyof Draft]: Draft[K] extends string ? K : never }[keyof Draft]

/** RulesForm is the rules as sentences with blanks. */
export function RulesForm({ group, draft, onDraft, community, wrong, clean, moved, onMoved, onReset, onReview }: Props) {
  const w = useWords(ruleWords)
  const form = useRef<HTMLFormElement>(null)
  const [tried, setTried] = useState(false)
  const above = community && toDraft(community)
  const set = <K extends keyof Draft>(name: K, value: Draft[K]) => onDraft({ ...draft, [name]: value })
  const wrongs = Object.keys(wrong) as (keyof Draft)[]
  const said = (name: keyof Draft) => (tried && wrong[name] ? w(`wrong.${wrong[name]}`) : undefined)
  const text = (name: Texts & keyof typeof ruleWords.en, hint?: string) => (
    <TextField name={name} label={w(name)} inputMode="decimal" autoComplete="off" value={draft[name]} wrong={said(name)}
      hint={above?.[name] ? w('community.has', { what: above[name] }) : hint} onValue={(v) => set(name, v)} />
  )
  const blank = (name: Texts, label: keyof typeof ruleWords.en, hint?: string) => (
    <TextField name={name} label={w(label)} inputMode="decimal" autoComplete="off" value={draft[name]} wrong={said(name)}
      hint={above?.[name] ? w('community.has', { what: above[name] }) : hint} onValue={(v) => set(name, v)} />
  )
  const look = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const first = wrongs[0]
    if (!first) return onReview()
    const input = form.current?.querySelector<HTMLElement>(`[name=${first}]`)
    input?.closest('details')?.setAttribute('open', '')
    input?.focus()
  }
  const empty = toDraft({})
  const used = (...names: (keyof Draft)[]) => names.filter((n) => JSON.stringify(draft[n]) !== JSON.stringify(empty[n])).length
  return (
    <form className="card form pacing-form" aria-labelledby="edit" noValidate ref={form} onSubmit={look}>
      <h2 id="edit">{w('edit')}</h2>
      {moved && (
        <div className="notice warn" role="alert"><Icon name="alert" />
          <p>{w('moved', { who: moved.by_name || w('moved.someone'), n: moved.rev })} <button type="button" className="link" onClick={onMoved}>OK</button></p>
        </div>
      )}
      <fieldset className="pacing-part">
        <legend>{w('much')}</legend>
        <p className="hint">{w('much.hint')}</p>
        <div className="field-pair">{text('group_cap')}{blank('group_window', 'in_days')}</div>
        <div className="field-pair">{text('brand_cap')}{blank('brand_window', 'in_days')}</div>
        <div className="field-pair">{text('min_gap')}{text('offer_spacing', w('offer_spacing.hint'))}</div>
      </fieldset>
      <fieldset className="pacing-part">
        <legend>{w('when')}</legend>
        <CheckField name="quiet" label={w('quiet')} hint={above?.quiet ? w('community.has', { what: `${above.quiet_start}–${above.quiet_end}` }) : undefined}
          checked={draft.quiet} onChecked={(v) => set('quiet', v)} />
        {draft.quiet && (
          <div className="field-pair">
            <TextField name="quiet_start" type="time" required label={w('quiet_start')} hint={w('quiet.hint')} value={draft.quiet_start} onValue={(v) => v && set('quiet_start', v)} />
            <TextField name="quiet_end" type="time" required label={w('quiet_end')} wrong={said('quiet_end')} value={draft.quiet_end} onValue={(v) => v && set('quiet_end', v)} />
          </div>
        )}
        <div className="field-pair">{text('hold_for', w('hold_for.hint'))}{text('min_hold')}</div>
      </fieldset>
      <More title={w('caps')} n={draft.caps.length + used('platform', 'owner_day')} set={w}>
        <CapRows caps={draft.caps} wrong={said('caps')} onCaps={(caps) => set('caps', caps)} />
        <SelectField name="platform" label={w('platform')} hint={w('platform.hint')} value={draft.platform} onValue={(v) => set('platform', v as Platform)}
          options={(['', 'month', 'week', 'day', ...(draft.platform === 'other' ? ['other' as const] : [])] as const).map((p) => ({ value: p, label: w(`platform.${p}`) }))} />
        {text('owner_day', w('owner_day.hint'))}
      </More>
      <More title={w('apart')} n={used('rival_gap', 'overlap_percent', 'organic')} set={w}>
        <div className="field-pair">{text('organic', w('organic.hint'))}{text('rival_gap')}</div>
        <div className="field-pair">{text('overlap_percent')}{text('overlap_gap')}</div>
      </More>
      <More title={w('members')} n={used('exposure_most', 'refused_percent')} set={w}>
        <p className="hint">{w('exposure.hint')}</p>
        <div className="field-pair">{text('exposure_most')}{text('exposure_window')}</div>
        <div className="field-pair">{text('exposure_percent')}{text('refused_percent')}</div>
      </More>
      <More title={w('refuse')} n={draft.excluded_brands.length + draft.excluded_categories.length} set={w}>
        <Excluded brands={draft.excluded_brands} categories={draft.excluded_categories}
          onBrands={(v) => set('excluded_brands', v)} onCategories={(v) => set('excluded_categories', v)} />
      </More>
      <More title={w('fatigue')} n={used('fatigue_off', 'fatigue_per_week', 'fatigue_max_score', 'fatigue_worth')} set={w}>
        <p className="hint">{w('fatigue.hint')}</p>
        <CheckField name="fatigue_off" label={w('fatigue_off')} checked={draft.fatigue_off} onChecked={(v) => set('fatigue_off', v)} />
        {!draft.fatigue_off && (
          <>
            <div className="field-pair">{text('fatigue_per_week')}{text('fatigue_max_score')}</div>
            {text('fatigue_worth', w('fatigue_worth.hint'))}
          </>
        )}
      </More>
      {(!group || used('holdout_percent', 'holdout_half') > 0) && (
        <More title={w('holdout')} n={used('holdout_percent', 'holdout_half')} set={w}>
          <p className="hint">{w('holdout.hint')}</p>
          <div className="field-pair">{text('holdout_percent')}{text('holdout_half')}</div>
          {text('holdout_days')}
        </More>
      )}
      <div className="actions pacing-save" data-dirty={!clean || undefined}>
        <button type="submit" className="button primary" disabled={clean}>{w('review')}</button>
        {!clean && <button type="button" className="button" onClick={onReset}>{w('reset')}</button>}
        {clean && <span className="muted small">{w('unchanged')}</span>}
        {tried && wrongs.length > 0 && <p className="field-error" role="status">{w('wrong.some', { n: wrongs.length })}</p>}
      </div>
    </form>
  )
}

/** More is a part of the form that stays closed while nothing in it is set. */
function More({ title, n, set, children }: { title: string; n: number; set: (key: 'set', fill: { n: number }) => string; children: ReactNode }) {
  const [was] = useState(n > 0)
  return (
    <details className="pacing-part" open={was}>
      <summary>{title}{n > 0 && <span className="tag good">{set('set', { n })}</span>}</summary>
      <div className="stack">{children}</div>
    </details>
  )
}
