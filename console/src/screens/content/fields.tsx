import { useState } from 'react'
import { useText, useWords } from '../../text'
import { AreaField, describe, Field, SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { addPicture } from './api'
import type { Part } from './composer'
import { bytes, type Draft, longestText } from './draft'
import { room } from './words'

/** ContentFields are what the group reads: the text, a picture, and what it may open. */
export function ContentFields({ d, set, says }: Part) {
  const w = useWords(room)
  return (
    <>
      <AreaField name="text" label={w('form.text')} hint={w('form.textHint', { n: bytes(d.text), max: longestText })} wrong={says('text')} rows={6} value={d.text} onValue={(text) => set({ text })} />
      <PictureField d={d} set={set} />
      <SelectField name="card" label={w('form.card')} hint={d.card === 'page' ? w('form.cardPageHint') : ''} value={d.card} onValue={(card) => set({ card: card as Draft['card'] })}
        options={(['none', 'link', 'page'] as const).map((c) => ({ value: c, label: w(`card.${c}`) }))} />
      {d.card !== 'none' && (
        <div className="sub-fields">
          <TextField name="cardTitle" label={w('form.cardTitle')} wrong={says('cardTitle')} maxLength={60} value={d.cardTitle} onValue={(cardTitle) => set({ cardTitle })} />
          {d.card === 'link' && <TextField name="cardDesc" label={w('form.cardDesc')} maxLength={120} value={d.cardDesc} onValue={(cardDesc) => set({ cardDesc })} />}
          <TextField name="cardURL" label={w(d.card === 'link' ? 'form.link' : 'form.page')} hint={w(d.card === 'link' ? 'form.linkHint' : 'form.pageHint')} wrong={says('cardURL')}
            maxLength={500} inputMode="url" autoComplete="off" value={d.cardURL} onValue={(cardURL) => set({ cardURL })} />
        </div>
      )}
    </>
  )
}

const most = 2 << 20

function PictureField({ d, set }: Pick<Part, 'd' | 'set'>) {
  const w = useWords(room)
  const { t } = useText()
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const choose = async (file: File | undefined) => {
    if (!file) return
    const bad = !/^image\/(png|jpeg)$/.test(file.type) ? w('picture.type') : file.size > most ? w('picture.big') : undefined
    setWrong(bad)
    if (bad) return
    setBusy(true)
    await addPicture(file).then((picture) => set({ picture }), (error: unknown) => setWrong(told(error, t)))
    setBusy(false)
  }
  return (
    <Field name="picture" label={w('form.picture')} hint={w('form.pictureHint')} wrong={wrong}>
      {d.picture ? (
        <span className="piece-picture">
          <img src={d.picture.url} alt={w('form.picture')} />
          <button type="button" className="button quiet" onClick={() => set({ picture: null })}><Icon name="trash" />{w('picture.remove')}</button>
        </span>
      ) : (
        <span className="file">
          <input id="picture" type="file" accept="image/png,image/jpeg" disabled={busy} {...describe('picture', wrong)} onChange={(e) => void choose(e.target.files?.[0])} />
          <span className="button" aria-hidden="true"><Icon name="plus" />{busy ? t('dialog.busy') : w('picture.choose')}</span>
        </span>
      )}
    </Field>
  )
}
