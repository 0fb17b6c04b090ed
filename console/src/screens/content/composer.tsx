import { type FormEvent, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useText, useWords } from '../../text'
import { TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { Phone } from '../../ui/phone'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useViewer, useWhen } from '../../ui/viewer'
import { type Piece, usePiece, useSavePiece } from './api'
import { AudienceFields } from './audience'
import { type Draft, type Field, check, draftOf, empty, fieldOf, pieceOf, planOf } from './draft'
import { ContentFields } from './fields'
import { ScheduleFields } from './schedule'
import { Times } from './times'
import { room } from './words'

export interface Part { d: Draft; set: (change: Partial<Draft>) => void; says: (field: Field) => string | undefined }

/** Composer writes a piece, a new one or one anew. */
export function Composer({ id, group }: { id?: string; group?: string }) {
  return id ? <Known id={id} /> : <New group={group} />
}

function New({ group }: { group?: string }) {
  const { now } = useWhen()
  const { community } = useViewer()
  const [start] = useState(() => empty(now, community.zone, group))
  return <Form start={start} />
}

function Known({ id }: { id: string }) {
  const { now } = useWhen()
  const { community } = useViewer()
  const w = useWords(room)
  const found = usePiece(id)
  const [first, setFirst] = useState<Piece>() // what it says must not change under the hands of who writes
  if (found.data && !first) setFirst(found.data)
  if (!first) return <Page title={w('edit')}><Loaded query={found}>{() => null}</Loaded></Page>
  return <Form start={draftOf(first, now, community.zone)} piece={first} />
}

function Form({ start, piece }: { start: Draft; piece?: Piece }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const save = useSavePiece()
  const form = useRef<HTMLFormElement>(null)
  const [d, setD] = useState(start)
  const [tried, setTried] = useState(false)
  const set = (change: Partial<Draft>) => { setD((was) => ({ ...was, ...change })); if (save.error) save.reset() }
  const wrong = check(d)
  const refused = wrongOf(save.error)
  const field = refused && fieldOf(refused.field)
  const says = (name: Field) => (field === name ? refused?.text : tried && wrong[name] ? w(`wrong.${wrong[name]}`) : undefined)
  const put = async (schedule: boolean) => {
    setTried(true)
    const first = Object.keys(wrong)[0]
    if (first) return form.current?.querySelector<HTMLElement>(`[name=${first}], [data-field=${first}] :is(input, button)`)?.focus()
    await save.do({
      id: piece?.id, ver: piece?.ver, piece: pieceOf(d), schedule: schedule && (!piece || piece.state === 'draft'),
      done: (saved) => { tell(w(saved.state === 'scheduled' ? 'scheduled' : 'saved', { title: saved.title })); navigate(`/content/pieces/${saved.id}`, { replace: true }) },
    })
  }
  const drafting = !piece || piece.state === 'draft'
  const timed = d.repeat !== 'none'
  const submit = (e: FormEvent) => { e.preventDefault(); void put(drafting && timed) }
  return (
    <Page title={w(piece ? 'edit' : 'new')} actions={<Link to={piece ? `/content/pieces/${piece.id}` : '/content'} className="button"><Icon name="left" />{w('back')}</Link>}>
      <div className="builder">
        <form className="card form" noValidate ref={form} onSubmit={submit}>
          <TextField name="title" label={w('form.title')} hint={w('form.titleHint')} wrong={says('title')} maxLength={60} value={d.title} onValue={(title) => set({ title })} />
          <ContentFields d={d} set={set} says={says} />
          <AudienceFields d={d} set={set} says={says} />
          <ScheduleFields d={d} set={set} says={says} />
          {save.error && !field ? <p className="notice bad" role="alert"><Icon name="alert" />{told(save.error, t)}</p> : null}
          <div className="actions">
            <button type="submit" className="button primary" disabled={save.isPending}>{save.isPending ? t('dialog.busy') : w(drafting && timed ? 'saveSchedule' : 'save')}</button>
            {drafting && timed && <button type="button" className="button" disabled={save.isPending} onClick={() => void put(false)}>{w('saveDraft')}</button>}
          </div>
        </form>
        <div className="stack">
          <div className="preview">
            <p className="fact-label">{w('preview')}</p>
            <Phone group={w('yourGroup')} text={d.text || w('previewText')} title={d.card === 'none' ? undefined : d.cardTitle || ' '} picture={d.picture?.url} link={d.card === 'link'} />
          </div>
          {timed && Object.keys(wrong).every((f) => !['start', 'time', 'every', 'until', 'groups'].includes(f)) && <Times plan={planOf(d)} />}
        </div>
      </div>
    </Page>
  )
}
