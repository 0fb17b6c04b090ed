import { useRef, useState } from 'react'
import { useWords } from '../../text'
import { describe, Field, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { type AnswerDraft, langs, type Line, type MemberLang } from './draft'
import { room } from './words'

interface Props {
  id: number
  words: AnswerDraft['words']
  line: 'text' | 'title'
  places: ('community' | 'group' | 'link')[]
  /** a description goes with the title */
  about?: boolean
  wrong?: string
  onWords: (words: AnswerDraft['words']) => void
}

/** LocalWords are the words of an answer in the three languages members read, one at a time. */
export function LocalWords({ id, words, line, places, about, wrong, onWords }: Props) {
  const w = useWords(room)
  const [lang, setLang] = useState<MemberLang>(() => langs.find((l) => words[l][line]) ?? 'zh-Hans')
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const value = words[lang][line]
  const write = (text: string, which: Line = line) => onWords({ ...words, [lang]: { ...words[lang], [which]: text } })
  const insert = (place: string) => {
    const [from, to] = [input.current?.selectionStart ?? value.length, input.current?.selectionEnd ?? value.length]
    write(`${value.slice(0, from)}%${place}%${value.slice(to)}`)
    requestAnimationFrame(() => {
      input.current?.focus()
      input.current?.setSelectionRange(from + place.length + 2, from + place.length + 2)
    })
  }
  const name = `${line}-${id}`
  const props = { id: name, name, className: 'input', ref: input, value, lang, ...describe(name, wrong) }
  return (
    <div className="localwords">
      <fieldset className="langs">
        <legend>{w('lang')}</legend>
        <div className="segments">
          {langs.map((l) => (
            <button key={l} type="button" className="segment" lang={l} aria-pressed={l === lang} onClick={() => setLang(l)}>
              {w(`lang.${l}`)}{words[l][line].trim() && <><Icon name="check" size={13} /><span className="sr">{w('filled')}</span></>}
            </button>
          ))}
        </div>
      </fieldset>
      <Field name={name} label={w(line === 'text' ? 'text' : 'headline')} hint={w('langHint')} wrong={wrong}>
        {line === 'text'
          ? <textarea {...props} rows={4} maxLength={2048} onChange={(e) => write(e.target.value)} />
          : <input {...props} maxLength={64} onChange={(e) => write(e.target.value)} />}
      </Field>
      <div className="places">
        <span className="hint">{w('insert')}</span>
        {places.map((place) => (
          <button key={place} type="button" className="place" title={w('placeHint')} onClick={() => insert(place)}>{w(`place.${place}`)}</button>
        ))}
      </div>
      {about && (
        <TextField name={`description-${id}`} label={w('description')} value={words[lang].description} maxLength={120} lang={lang}
          onValue={(text) => write(text, 'description')} />
      )}
    </div>
  )
}
