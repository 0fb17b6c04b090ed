import { type FormEvent, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Ask } from '../../ui/ask'
import { TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { Missing } from '../missing'
import { type Tag, useDeleteTag, useSaveTag, useTags } from './api'
import { Choice } from './choice'
import { Conditions } from './conditions'
import { Back } from './parts'
import { ruleOf, typed, wrongTyped } from './rule'
import { Tagged } from './tagged'
import { Step } from './tags'
import { tagWords } from './tagwords'
import { reachWords } from './words'

/** NewTag is the form of a tag that is not there yet. */
export function NewTag() {
  const w = useWords(tagWords)
  return <Page title={w('new')} actions={<Back to="/reach/tags" />}><div className="reach-narrow"><TagForm /></div></Page>
}

/** TagPage is one tag: its name and conditions, how it stands at WeChat, and who has it. */
export function TagPage({ id }: { id: string }) {
  const w = useWords(tagWords)
  const list = useTags()
  const x = list.data?.find((one) => one.id === id)
  if (list.data && !x) return <Missing />
  return (
    <Page title={x?.name ?? w('name')} actions={<Back to="/reach/tags" />} live={x && list.isError ? 'stale' : undefined}
      sub={x && <Step x={x} />}>
      <Loaded query={list}>{() => x && (
        <div className="reach-two">
          <div className="stack">
            {x.problem && <p className="notice warn" role="status"><Icon name="alert" />{x.problem}</p>}
            <TagForm x={x} />
            <Sync x={x} />
          </div>
          <Tagged x={x} />
        </div>
      )}</Loaded>
    </Page>
  )
}

const mostBytes = 30

function TagForm({ x }: { x?: Tag }) {
  const w = useWords(tagWords)
  const r = useWords(reachWords)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const save = useSaveTag()
  const form = useRef<HTMLFormElement>(null)
  const [name, setName] = useState(x?.name ?? '')
  const [how, setHow] = useState<'rule' | 'hand'>(x && !x.rule ? 'hand' : 'rule')
  const [rule, setRule] = useState(() => typed(x?.rule))
  const [tried, setTried] = useState(false)
  const refused = wrongOf(save.error)
  const long = new TextEncoder().encode(name.trim()).length > mostBytes
  const nameWrong = long ? w('long') : refused?.field === 'name' ? refused.text : tried && !name.trim() ? r('need') : undefined
  const ruleWrong = refused?.field.startsWith('rule') ? refused.text : undefined
  const edit = <V,>(set: (value: V) => void) => (value: V) => { set(value); if (save.error) save.reset() }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!name.trim() || long) return form.current?.querySelector<HTMLElement>('[name=tag_name]')?.focus()
    if (how === 'rule' && (rule.length === 0 || rule.some(wrongTyped))) return
    await save.do({
      id: x?.id, name: name.trim(), rule: how === 'rule' ? ruleOf(rule) : undefined,
      done: (saved) => { tell(w('saved', { name: saved.name })); if (!x) navigate(`/reach/tags/${saved.id}`, { replace: true }) },
    })
  }
  return (
    <form className="card form" onSubmit={(e) => void submit(e)} noValidate ref={form}>
      <TextField name="tag_name" label={w('name')} hint={w('nameHint')} wrong={nameWrong} value={name} onValue={edit(setName)} autoComplete="off" />
      <Choice legend={w('how')} name="how" value={how} onValue={setHow} options={[
        {
          value: 'rule', label: w('rule'), hint: w('ruleHint'),
          children: <Conditions name="tag" all={rule} onAll={edit(setRule)} tried={tried} wrong={ruleWrong} />,
        },
        { value: 'hand', label: w('hand'), hint: w('handHint') },
      ]} />
      {how === 'rule' && <p className="hint">{w('more')}</p>}
      {save.error && !nameWrong && !ruleWrong ? <p className="notice bad" role="alert"><Icon name="alert" />{told(save.error, t)}</p> : null}
      <div className="actions">
        <button type="submit" className="button primary" disabled={save.isPending}>{save.isPending ? t('dialog.busy') : r('save')}</button>
        {x && <Delete x={x} />}
      </div>
    </form>
  )
}

function Sync({ x }: { x: Tag }) {
  const w = useWords(tagWords)
  const { say } = useWhen()
  return (
    <section className="card" aria-labelledby="sync">
      <h2 id="sync">{w('sync')}</h2>
      <p>{x.problem || w(x.in_step ? 'inStep' : 'busy')} <span className="muted small">{x.synced_at > 0 ? w('syncedAt', { when: say(x.synced_at) }) : w('never')}</span></p>
    </section>
  )
}

function Delete({ x }: { x: Tag }) {
  const w = useWords(tagWords)
  const { t, lang } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const remove = useDeleteTag()
  const [asking, setAsking] = useState(false)
  const go = async () => {
    if (!(await remove.do(x.id))) return
    tell(w('deleted', { name: x.name }))
    navigate('/reach/tags', { replace: true })
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}><Icon name="trash" />{w('delete')}</button>
      <Ask open={asking} careful title={w('deleteTitle', { name: x.name })} text={w('deleteText', { n: w('people', { n: count(x.people, lang) }) })}
        yes={w('deleteYes')} busy={remove.isPending} error={remove.error ? told(remove.error, t) : undefined}
        onYes={() => void go()} onClose={() => { setAsking(false); remove.reset() }} />
    </>
  )
}
