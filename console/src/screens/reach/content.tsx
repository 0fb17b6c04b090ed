import { type ChangeEvent, useState } from 'react'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { AreaField, SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Failed, told } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { uploadPicture, useNewsDrafts } from './api'
import { Choice } from './choice'
import type { Part } from './composer'
import { bytesOf, check, mostPictures } from './draft'
import { reachWords } from './words'

/** ContentFields is what a broadcast says: a text, pictures, or articles from the draft box. */
export function ContentFields(part: Part) {
  const w = useWords(reachWords)
  const { d, set } = part
  return (
    <Choice legend={w('write.kind')} inline name="kind" value={d.kind} onValue={(kind) => set({ kind })} options={[
      { value: 'text', label: w('kind.text'), children: <TextPart {...part} /> },
      { value: 'image', label: w('kind.image'), children: <PicturePart {...part} /> },
      { value: 'news', label: w('kind.news'), children: <NewsPart {...part} /> },
    ]} />
  )
}

function TextPart({ d, set, says }: Part) {
  const w = useWords(reachWords)
  const { lang } = useText()
  const long = check(d).text === 'long'
  return (
    <AreaField name="text" label={w('write.text')} hint={w('write.textHint')} rows={7} value={d.text} onValue={(text) => set({ text })}
      wrong={long ? w('write.textTooLong', { n: count(bytesOf(d), lang) }) : says('text')} />
  )
}

const biggest = 10 << 20

function PicturePart({ d, set, says }: Part) {
  const w = useWords(reachWords)
  const { t } = useText()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const wrong = problem ?? says('pictures')
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])].slice(0, mostPictures - d.pictures.length)
    event.target.value = ''
    setBusy(true)
    setProblem(undefined)
    let pictures = d.pictures
    try {
      for (const file of files) {
        if (file.size > biggest || !/^image\/(png|jpeg|gif)$/.test(file.type)) {
          setProblem(w('picture.kind', { name: file.name }))
          continue
        }
        pictures = [...pictures, { id: await uploadPicture(file), src: await dataURL(file) }]
        set({ pictures })
      }
    } catch (error) {
      setProblem(told(error, t))
    }
    setBusy(false)
  }
  return (
    <div className="reach-fields" data-field="pictures">
      <ul className="reach-pictures">
        {d.pictures.map((p, i) => (
          <li key={p.id}>
            {p.src ? <img src={p.src} alt={w('picture.nth', { n: i + 1 })} /> : <span>{w('picture.nth', { n: i + 1 })}</span>}
            <button type="button" className="icon-button" aria-label={w('picture.remove', { n: i + 1 })} onClick={() => set({ pictures: d.pictures.filter((x) => x.id !== p.id) })}>
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
      </ul>
      {d.pictures.length < mostPictures && (
        <label className="button reach-upload">
          <Icon name="plus" />{busy ? w('picture.busy') : w('picture.add')}
          <input type="file" className="sr" accept="image/png,image/jpeg,image/gif" multiple disabled={busy} onChange={(e) => void take(e)}
            aria-describedby="pictures-hint" aria-invalid={wrong ? true : undefined} />
        </label>
      )}
      <p className={wrong ? 'field-error' : 'hint'} id="pictures-hint" role={problem ? 'alert' : undefined}>{wrong ?? w('picture.hint')}</p>
      <TextField name="caption" label={w('picture.caption')} hint={w('picture.captionHint')} value={d.caption} maxLength={140} onValue={(caption) => set({ caption })} />
    </div>
  )
}

function dataURL(file: File): Promise<string> {
  return new Promise((done) => {
    const reader = new FileReader()
    reader.onload = () => done(typeof reader.result === 'string' ? reader.result : '')
    reader.onerror = () => done('')
    reader.readAsDataURL(file)
  })
}

function NewsPart({ d, set, says }: Part) {
  const w = useWords(reachWords)
  const { say } = useWhen()
  const drafts = useNewsDrafts(true)
  if (drafts.isError && !drafts.data) return <Failed error={drafts.error} retry={() => void drafts.refetch()} />
  if (!drafts.data) return <p className="hint" role="status">{w('news.busy')}</p>
  if (drafts.data.length === 0) return <p className="hint">{w('news.none')}</p>
  const gone = d.news && !drafts.data.some((x) => x.media_id === d.news) ? [{ value: d.news, label: w('news.older') }] : []
  return (
    <SelectField name="news" label={w('news.label')} hint={`${w('kind.newsHint')} ${w('news.hint')}`} wrong={says('news')} value={d.news} onValue={(news) => set({ news })}
      options={[{ value: '', label: '—' }, ...gone, ...drafts.data.map((x) => ({
        value: x.media_id,
        label: `${x.articles[0]?.title ?? '—'}${x.articles.length > 1 ? ` +${x.articles.length - 1}` : ''} · ${say(x.updated_at)}`,
      }))]} />
  )
}
