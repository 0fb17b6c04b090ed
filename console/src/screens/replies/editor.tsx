import { type FormEvent, useRef, useState } from 'react'
import { Link, useLocation, useSearchParams } from 'wouter'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { CheckField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { AnswersPart } from './answers'
import { type Account, type Rule, useAddRule, useBook, useChangeRule, useDeleteRule } from './api'
import { answersOf, check, type Draft, draftOf } from './draft'
import { ruleName } from './say'
import { TriggerPart } from './trigger'
import { room } from './words'

/** NewRule writes a rule from nothing, from a ready-made one (from) or for a menu button (key). */
export function NewRule() {
  const w = useWords(room)
  const [search] = useSearchParams()
  const book = useBook(search.get('account') ?? '')
  return (
    <Framed title={w('newTitle')}>
      <Loaded query={book}>
        {({ channels, rules }) => {
          const account = channels.find((c) => c.id === search.get('account')) ?? channels[0]
          if (!account) return <div className="card"><Empty icon="replies" title={w('none')} text={w('noneText')} /></div>
          const from = rules.find((r) => r.builtin && r.name === search.get('from'))
          const draft = draftOf(from, from ? ruleName(from, w) : '')
          const key = search.get('key')
          if (key) Object.assign(draft, { kind: 'menu', chosen: [key], name: search.get('name') ?? '' } satisfies Partial<Draft>)
          if (search.get('kind') === 'outside') draft.kind = 'outside'
          return <RuleForm account={account} start={draft} />
        }}
      </Loaded>
    </Framed>
  )
}

/** EditRule changes a rule that is there. */
export function EditRule({ id }: { id: string }) {
  const w = useWords(room)
  const [search] = useSearchParams()
  const book = useBook(search.get('account') ?? '')
  return (
    <Framed title={w('editTitle')}>
      <Loaded query={book}>
        {({ channels, rules }) => {
          const rule = rules.find((r) => r.id === id)
          const account = rule && channels.find((c) => c.id === rule.channel_id)
          if (!account) return <div className="card"><Empty icon="replies" title={w('gone')} text="" /></div>
          return <RuleForm account={account} start={draftOf(rule, rule.name)} rule={rule} />
        }}
      </Loaded>
    </Framed>
  )
}

function Framed({ title, children }: { title: string; children: React.ReactNode }) {
  const w = useWords(room)
  const [search] = useSearchParams()
  const account = search.get('account')
  const back = account ? `/replies?account=${account}` : '/replies'
  return (
    <Page title={title} actions={<Link to={back} className="button"><Icon name="left" />{w('back')}</Link>}>
      <div className="rule-page">{children}</div>
    </Page>
  )
}

function RuleForm({ account, start, rule }: { account: Account; start: Draft; rule?: Rule }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const add = useAddRule()
  const change = useChangeRule()
  const form = useRef<HTMLFormElement>(null)
  const [draft, setDraft] = useState(start)
  const [tried, setTried] = useState(false)
  const [removing, setRemoving] = useState(false)
  const { rule: written, wrong } = check(draft, w)
  const failure = rule ? change.error : add.error
  const refused = wrongOf(failure)
  const shown = tried ? wrong : {}
  const at = (field: string) => shown[field] ?? (refused?.field === field ? refused.text : undefined)
  // The server names the parts of an answer, but not which answer it means.
  const ofAnswers = refused && !['name', 'patterns', 'how', 'kind'].includes(refused.field) ? refused.text : undefined
  const set = (part: Partial<Draft>) => {
    setDraft((was) => {
      const next = { ...was, ...part }
      const can = answersOf(account.kind, next)
      return { ...next, answers: next.answers.map((a) => (can.includes(a.kind) ? a : { ...a, kind: 'text' })) }
    })
    if (failure) (rule ? change : add).reset()
  }
  const back = `/replies?account=${account.id}`
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(wrong).length > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus())
      return
    }
    const done = rule ? await change.do({ id: rule.id ?? '', change: written }) : await add.do({ ...written, channel_id: account.id })
    if (!done) return
    tell(w('saved'))
    navigate(back)
  }
  const count = Object.keys(shown).length
  const busy = add.isPending || change.isPending
  return (
    <>
      <form className="stack" onSubmit={(event) => void save(event)} noValidate ref={form}>
        <section className="card form">
          <TextField name="name" label={w('name')} hint={w('nameHint')} wrong={at('name')} value={draft.name} maxLength={60}
            onValue={(name) => set({ name })} />
          <TriggerPart account={account} draft={draft} set={set} wrong={at('patterns') ?? at('how') ?? at('kind')} />
        </section>
        <AnswersPart account={account} draft={draft} set={set} wrong={shown} refused={ofAnswers} />
        <div className="card form">
          <CheckField name="enabled" label={w('enabled')} checked={draft.enabled} onChecked={(enabled) => set({ enabled })} />
          {failure && !refused && <p className="notice bad" role="alert"><Icon name="alert" />{told(failure, t)}</p>}
          <div className="actions">
            <button type="submit" className="button primary" disabled={busy}>{busy ? t('dialog.busy') : w('save')}</button>
            <Link to={back} className="button">{t('dialog.cancel')}</Link>
            {count > 0 && <p className="field-error" role="status">{w('check', { n: count })}</p>}
            {rule && <button type="button" className="button quiet remove" onClick={() => setRemoving(true)}><Icon name="trash" />{w('remove')}</button>}
          </div>
        </div>
      </form>
      {rule && <Remove rule={rule} open={removing} onClose={() => setRemoving(false)} onGone={() => navigate(back)} />}
    </>
  )
}

function Remove({ rule, open, onClose, onGone }: { rule: Rule; open: boolean; onClose: () => void; onGone: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const remove = useDeleteRule()
  const go = async () => {
    if (!(await remove.do(rule.id ?? ''))) return
    tell(w('removed'))
    onGone()
  }
  return (
    <Ask careful open={open} title={w('removeTitle', { name: rule.name })} text={w('removeText')} yes={w('remove')} busy={remove.isPending}
      error={remove.error ? told(remove.error, t) : undefined} onYes={() => void go()} onClose={() => { remove.reset(); onClose() }} />
  )
}
