import { useState } from 'react'
import { useText, useWords } from '../../text'
import { Loaded } from '../../ui/list'
import { useTell } from '../../ui/toast'
import { usePresets, useRules } from './api'
import { toDraft, toRules } from './draft'
import { History } from './history'
import { useLimit } from './limit'
import { Pick, usePick } from './pick'
import { Review } from './review'
import { RulesForm } from './ruleform'
import type { InForce, Limit, Rules } from './types'
import { ruleWords } from './words'

/** RulesTab shows the rules of the community or of one group, and changes them. */
export function RulesTab() {
  const w = useWords(ruleWords)
  const [group, choose] = usePick()
  const rules = useRules(group)
  return (
    <>
      <Pick label={w('for')} none={w('everyGroup')} value={group} onValue={choose} />
      <p className="hint pacing-lead">{w(group ? 'group.lead' : 'community.lead')}</p>
      <Loaded query={rules}>{(data) => <Desk key={group} group={group} rules={data} />}</Loaded>
    </>
  )
}

/** Desk is the form and what stands beside it. What was typed stays while the rules are asked for again. */
function Desk({ group, rules }: { group: string; rules: InForce }) {
  const w = useWords(ruleWords)
  const tell = useTell()
  const own = group ? rules.own : rules.community
  const stored: Rules = own?.rules ?? {}
  const [base, setBase] = useState(own?.rev ?? 0)
  const [draft, setDraft] = useState(() => toDraft(stored))
  const [looking, setLooking] = useState<Rules>()
  const fill = (from: Rules, said: string) => {
    setDraft(toDraft(from))
    setLooking(undefined)
    tell(said)
  }
  const saved = (rev: number, next: Rules) => {
    setBase(rev)
    setDraft(toDraft(next))
    setLooking(undefined)
    tell(w('saved', { n: rev }))
  }
  const clean = JSON.stringify(toDraft(stored)) === JSON.stringify(draft)
  // Untouched, the form follows what somebody else saved.
  if (clean && own && own.rev !== base) setBase(own.rev)
  const moved = own && own.rev !== base && !clean ? own : undefined
  return (
    <div className="pacing-desk">
      <InForceCard group={group} rules={rules} />
      <div className="stack">
        {looking
          ? <Review group={group} base={base} rules={looking} onKeep={() => setLooking(undefined)} onSaved={saved} />
          : (
            <>
              <Presets open={!own && !group} onFill={(preset) => fill(preset, w('preset.used'))} />
              <RulesForm group={group} draft={draft} onDraft={setDraft} community={group ? rules.community?.rules : undefined} clean={clean}
                moved={moved} onMoved={() => setBase(own?.rev ?? 0)} onReset={() => setDraft(toDraft(stored))}
                onReview={() => { setLooking(toRules(draft, stored).rules); window.scrollTo({ top: 0 }) }} wrong={toRules(draft, stored).wrong} />
            </>
          )}
      </div>
      <History group={group} now={own?.rev ?? 0} onBack={(rev, old) => { fill(old, w('back.done', { n: rev })); window.scrollTo({ top: 0 }) }} />
    </div>
  )
}

/** InForceCard lists what holds, each rule with the level it comes from. */
function InForceCard({ group, rules }: { group: string; rules: InForce }) {
  const w = useWords(ruleWords)
  const say = useLimit()
  const origin = (l: Limit) => {
    const level = l.level === 'group' ? rules.own : rules.community
    if (l.field === 'offer_spacing' && !level?.rules.offer_spacing) return w('from.default')
    return w(`from.${l.level}`)
  }
  return (
    <section className="card pacing-force" aria-labelledby="force">
      <h2 id="force">{w('force')}{group && <small>{w('force.hint')}</small>}</h2>
      {rules.limits.length === 0 && <p className="warn-text">{w('none.text')}</p>}
      <ul className="pacing-limits">
        {rules.limits.map((l, i) => (
          <li key={i} data-beaten={!l.strictest || undefined}>
            <span>{say(l)}{!l.strictest && <small>{w('beaten')}</small>}</span>
            {group && <span className={l.level === 'group' ? 'tag good' : 'tag'}>{origin(l)}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Presets are sets of rules to start from. */
function Presets({ open, onFill }: { open: boolean; onFill: (rules: Rules) => void }) {
  const w = useWords(ruleWords)
  const { t } = useText()
  const presets = usePresets()
  if (!presets.data) return null
  return (
    <details className="card pacing-presets" open={open}>
      <summary>{w('presets')}</summary>
      <p className="hint">{open ? w('none.text') : w('preset.hint')}</p>
      <ul aria-label={t('group.rules')}>
        {presets.data.map((p) => (
          <li key={p.name}>
            <div><p className="strong">{p.title}</p><p className="muted small">{p.about}</p></div>
            <button type="button" className="button" aria-label={`${w('preset.use')}: ${p.title}`} onClick={() => onFill(p.rules)}>{w('preset.use')}</button>
          </li>
        ))}
      </ul>
    </details>
  )
}
