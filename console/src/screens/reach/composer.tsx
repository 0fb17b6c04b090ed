import { type FormEvent, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useText, useWords } from '../../text'
import { CheckField, SelectField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useOffers } from '../../api'
import { type Broadcast, useBroadcast, useSaveBroadcast, useTags } from './api'
import { Bubble } from './bubble'
import { Choice } from './choice'
import { Conditions } from './conditions'
import { ContentFields } from './content'
import { check, draftOf, empty, fieldOf, type Wrong, type Written, writtenOf } from './draft'
import { Back } from './parts'
import { reachWords } from './words'

/** Composer writes a broadcast: a new one, one like another (from), or a draft anew (id). */
export function Composer({ id, from }: { id?: string; from?: string }) {
  const source = id ?? from
  return source ? <Sourced source={source} id={id} /> : <Frame back="/reach"><Form start={empty} /></Frame>
}

function Sourced({ source, id }: { source: string; id?: string }) {
  const w = useWords(reachWords)
  const found = useBroadcast(source)
  // The form keeps what it began with: what it says must not change under the hands of who writes.
  const [first, setFirst] = useState<Broadcast>()
  if (found.data && !first) setFirst(found.data)
  return (
    <Frame back={`/reach/broadcasts/${source}`} edit={id !== undefined}>
      {first && id && found.data?.state !== 'draft' && <p className="notice warn" role="status"><Icon name="info" />{w('write.gone')}</p>}
      {first ? <Form start={writtenOf(first)} id={id} ver={first.ver} /> : <Loaded query={found}>{() => null}</Loaded>}
    </Frame>
  )
}

function Frame({ back, edit, children }: { back: string; edit?: boolean; children: React.ReactNode }) {
  const w = useWords(reachWords)
  return <Page title={w(edit ? 'write.edit' : 'write.new')} sub={w('write.sub')} actions={<Back to={back} />}>{children}</Page>
}

function Form({ start, id, ver }: { start: Written; id?: string; ver?: number }) {
  const w = useWords(reachWords)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const save = useSaveBroadcast()
  const form = useRef<HTMLFormElement>(null)
  const [d, setD] = useState(start)
  const [tried, setTried] = useState(false)
  const set = (change: Partial<Written>) => {
    setD((was) => ({ ...was, ...change }))
    if (save.error) save.reset()
  }
  const wrong = check(d)
  const refused = wrongOf(save.error)
  const field = refused && fieldOf(refused.field, d)
  const says = (name: keyof Wrong): string | undefined => (field === name ? refused?.text : tried && wrong[name] ? w('need') : undefined)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const first = Object.keys(wrong)[0]
    if (first) {
      form.current?.querySelector<HTMLElement>(`[data-field=${first}] :is(input, textarea, select, button), [name=${first}]`)?.focus()
      return
    }
    await save.do({ draft: draftOf(d), id, ver, done: (b) => { tell(w('write.saved')); navigate(`/reach/broadcasts/${b.id}`, { replace: id !== undefined }) } })
  }
  return (
    <div className="builder">
      <form className="card form" onSubmit={(e) => void submit(e)} noValidate ref={form}>
        <TextField name="name" label={w('write.name')} hint={w('write.nameHint')} wrong={says('name')} maxLength={60} value={d.name} onValue={(name) => set({ name })} />
        <ContentFields d={d} set={set} says={says} tried={tried} />
        <Sponsored d={d} set={set} />
        <AudienceFields d={d} set={set} says={says} tried={tried} kept={start.members.length} />
        {save.error && !field ? <p className="notice bad" role="alert"><Icon name="alert" />{told(save.error, t)}</p> : null}
        <div className="actions">
          <button type="submit" className="button primary" disabled={save.isPending}>{save.isPending ? t('dialog.busy') : w('write.save')}</button>
          {tried && Object.keys(wrong).length > 0 && <p className="field-error" role="status">{t('form.check', { n: Object.keys(wrong).length })}</p>}
        </div>
      </form>
      <aside className="preview">
        <p className="fact-label">{w('write.preview')}</p>
        <Bubble d={d} />
      </aside>
    </div>
  )
}

export interface Part {
  d: Written
  set: (change: Partial<Written>) => void
  says: (name: keyof Wrong) => string | undefined
  tried: boolean
}

function Sponsored({ d, set }: Pick<Part, 'd' | 'set'>) {
  const w = useWords(reachWords)
  const offers = useOffers().data ?? []
  const brands = new Map(offers.map((o) => [o.brand_id, o.brand_name]))
  return (
    <div className="reach-fields">
      <CheckField name="sponsored" label={w('write.sponsored')} hint={w('write.sponsoredHint')} checked={d.sponsored} onChecked={(sponsored) => set({ sponsored })} />
      {d.sponsored && brands.size > 0 && (
        <SelectField name="brand" label={w('write.brand')} value={d.brand} onValue={(brand) => set({ brand })}
          options={[{ value: '', label: w('write.noBrand') }, ...[...brands].map(([value, label]) => ({ value, label }))]} />
      )}
    </div>
  )
}

function AudienceFields({ d, set, says, tried, kept }: Part & { kept: number }) {
  const w = useWords(reachWords)
  const tags = useTags()
  // What is missing stands at each condition already; the server's objection is to the whole.
  const ruleWrong = says('rule') === w('need') ? undefined : says('rule')
  return (
    <Choice legend={w('write.audience')} name="to" value={d.to} onValue={(to) => set({ to })} options={[
      { value: 'everyone', label: w('write.everyone'), hint: w('write.everyoneHint') },
      {
        value: 'tag', label: w('write.byTag'),
        children: tags.data?.length === 0 ? <p className="hint">{w('write.noTags')}</p> : (
          <SelectField name="tag" label={w('write.tag')} wrong={says('tag')} value={d.tag} onValue={(tag) => set({ tag })}
            options={[{ value: '', label: '—' }, ...(tags.data ?? []).map((x) => ({ value: x.id, label: `${x.name} (${x.people})` }))]} />
        ),
      },
      {
        value: 'rule', label: w('write.byRule'), hint: w('write.byRuleHint'),
        children: <div data-field="rule"><Conditions name="to" all={d.rule} onAll={(rule) => set({ rule })} tried={tried} wrong={ruleWrong} /></div>,
      },
      ...(kept > 0 ? [{ value: 'members' as const, label: w('write.keepMembers', { n: kept }) }] : []),
    ]} />
  )
}
