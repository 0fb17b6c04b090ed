import { useEffect, useRef } from 'react'
import { useWords } from '../../text'
import { SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { type Account, type AnswerKind, type Entry, useEntries } from './api'
import { type AnswerDraft, answersOf, blankAnswer, type Draft, turned, type Wrong } from './draft'
import { LocalWords } from './localwords'
import { PictureField } from './picture'
import { room } from './words'

const most = 6 // five service messages after a message, and the one that goes out at once

interface Props {
  account: Account
  draft: Draft
  set: (part: Partial<Draft>) => void
  wrong: Wrong
  refused?: string
}

/** AnswersPart is the part of a rule's form that says what it answers. */
export function AnswersPart({ account, draft, set, wrong, refused }: Props) {
  const w = useWords(room)
  const can = answersOf(account.kind, draft)
  const alert = useRef<HTMLParagraphElement>(null)
  useEffect(() => alert.current?.scrollIntoView({ block: 'center' }), [refused])
  const put = (answers: AnswerDraft[]) => set({ answers })
  const change = (key: number, part: Partial<AnswerDraft>) => put(draft.answers.map((a) => (a.key === key ? { ...a, ...part } : a)))
  const move = (from: number, by: number) => {
    const all = [...draft.answers]
    all.splice(from + by, 0, ...all.splice(from, 1))
    put(all)
  }
  const silent = draft.answers.some((a) => a.kind === 'silence')
  return (
    <section className="card form" aria-labelledby="answers-title">
      <div>
        <h2 id="answers-title">{w('answers')}</h2>
        <p className="hint">{w('answersHint')}</p>
      </div>
      {refused && <p className="notice bad" role="alert" ref={alert}><Icon name="alert" />{refused}</p>}
      {draft.answers.map((a, i) => (
        <fieldset key={a.key} className="answer">
          <legend className="sr">{w('answerN', { n: i + 1 })}</legend>
          <div className="answer-head">
            <SelectField name={`kind-${a.key}`} label={draft.answers.length > 1 ? w('answerN', { n: i + 1 }) : w('answerKind')} value={a.kind}
              options={can.map((kind) => ({ value: kind, label: w(`answer.${kind}`), disabled: kind === 'silence' && draft.answers.length > 1 }))}
              onValue={(kind) => change(a.key, turned(a, kind as AnswerKind))} />
            {draft.answers.length > 1 && (
              <div className="answer-tools">
                <Tool icon="up" label={w('answerUp', { n: i + 1 })} off={i === 0} act={() => move(i, -1)} />
                <Tool icon="down" label={w('answerDown', { n: i + 1 })} off={i === draft.answers.length - 1} act={() => move(i, 1)} />
                <Tool icon="trash" label={w('answerDrop', { n: i + 1 })} act={() => put(draft.answers.filter((x) => x.key !== a.key))} />
              </div>
            )}
          </div>
          <AnswerFields a={a} draft={draft} wrong={wrong} change={(part) => change(a.key, part)} />
        </fieldset>
      ))}
      {account.kind === 'miniprogram' && <p className="hint">{w('noPicture')}</p>}
      {!silent && draft.answers.length < most && (
        <div><button type="button" className="button" onClick={() => put([...draft.answers, blankAnswer()])}><Icon name="plus" />{w('addAnswer')}</button></div>
      )}
    </section>
  )
}

function Tool({ icon, label, off, act }: { icon: 'up' | 'down' | 'trash'; label: string; off?: boolean; act: () => void }) {
  return <button type="button" className="icon-button" aria-label={label} disabled={off} onClick={act}><Icon name={icon} size={16} /></button>
}

function AnswerFields({ a, draft, wrong, change }: { a: AnswerDraft; draft: Draft; wrong: Wrong; change: (part: Partial<AnswerDraft>) => void }) {
  const w = useWords(room)
  const at = (field: string) => wrong[`${field}-${a.key}`]
  const words = (line: 'text' | 'title', places: ('community' | 'group' | 'link')[], about?: boolean) => (
    <LocalWords id={a.key} words={a.words} line={line} places={places} about={about} wrong={at(line)} onWords={(next) => change({ words: next })} />
  )
  switch (a.kind) {
    case 'text':
      return words('text', ['community'])
    case 'group':
      return (
        <>
          <EntryField a={a} own={draft.kind === 'entry'} wrong={at('entry')} change={change} />
          {words('text', ['group', 'link', 'community'])}
        </>
      )
    case 'image':
      return <PictureField name={`picture-${a.key}`} label={w('picture')} has={a.media_id !== ''} wrong={at('picture')} onPicture={(p) => change({ media_id: p.media_id })} />
    case 'news':
      return (
        <>
          {words('title', ['community'], true)}
          <TextField name={`url-${a.key}`} label={w('url')} hint={w('urlHint')} wrong={at('url')} value={a.url} inputMode="url" maxLength={1024} onValue={(url) => change({ url })} />
          <PictureField name={`picture-${a.key}`} label={w('picture')} has={a.pic_url !== ''} wrong={at('picture')}
            onPicture={(p) => change({ pic_url: p.url.replace(/^http:/, 'https:') })} />
        </>
      )
    case 'card':
      return (
        <>
          {words('title', ['community'])}
          <TextField name={`page-${a.key}`} label={w('page')} hint={w('pageHint')} wrong={at('page')} value={a.page} maxLength={1024} onValue={(page) => change({ page })} />
          <PictureField name={`picture-${a.key}`} label={w('pictureCard')} has={a.media_id !== ''} wrong={at('picture')} onPicture={(p) => change({ media_id: p.media_id })} />
        </>
      )
    case 'human':
      return (
        <>
          <p className="hint">{w('human')}</p>
          <TextField name={`account-${a.key}`} label={w('account1')} hint={w('accountHint')} value={a.account} maxLength={255} onValue={(account) => change({ account })} />
        </>
      )
    case 'silence':
      return <p className="hint">{w('silence')}</p>
  }
}

function EntryField({ a, own, wrong, change }: { a: AnswerDraft; own: boolean; wrong?: string; change: (part: Partial<AnswerDraft>) => void }) {
  const w = useWords(room)
  const entries = useEntries().data ?? []
  const name = (e: Entry) => `${e.leads_to} · ${e.label || e.code}${e.retired_at ? w('retired') : ''}`
  const options = [{ value: '', label: own ? w('entryOwn') : w('entryPick') },
    ...entries.filter((e) => e.retired_at === 0 || e.code === a.entry).map((e) => ({ value: e.code, label: name(e) }))]
  if (a.entry && !options.some((o) => o.value === a.entry)) options.push({ value: a.entry, label: a.entry })
  return (
    <SelectField name={`entry-${a.key}`} label={w('entry')} hint={entries.length === 0 && !own ? w('entriesNone') : w('groupHint')} wrong={wrong} value={a.entry} options={options}
      onValue={(entry) => change({ entry })} />
  )
}
