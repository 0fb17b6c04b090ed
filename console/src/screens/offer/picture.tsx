import { useState } from 'react'
import { call, client } from '../../api'
import { useText, useWords } from '../../text'
import type { Offer } from '../../types'
import { describe, Field } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { room } from './words'

/** The largest picture the server keeps, in bytes. */
const most = 2 << 20

/** pictureOf is where an uploaded picture is. */
export const pictureOf = (id: string) => `/api/console/v1/offers/pictures/${id}`

/** upload keeps a picture for an offer and returns its id. */
const upload = async (file: File) => {
  const sent = client.POST('/api/console/v1/offers/pictures', {
    body: file as unknown as string, bodySerializer: (body: unknown) => body as File, headers: { 'Content-Type': file.type },
  } as never) as Promise<{ data?: { id: string }; error?: unknown; response: Response }>
  return (await call(sent)).id
}

interface Props { name: string; label: string; hint?: string; wrong?: string; id: string; onPicture: (id: string) => void }

/** PictureField takes the picture of an offer's card, shows it, and lets it go again. */
export function PictureField({ name, label, hint, wrong, id, onPicture }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<string>()
  const choose = async (file: File | undefined) => {
    if (!file) return
    const bad = !/^image\/(png|jpeg)$/.test(file.type) ? w('picture.type') : file.size > most ? w('picture.big') : undefined
    setRefused(bad)
    if (bad) return
    setBusy(true)
    await upload(file).then(onPicture, (error: unknown) => setRefused(told(error, t)))
    setBusy(false)
  }
  const shown = refused ?? wrong
  const input = (
    <span className="file">
      <input id={name} name={name} type="file" accept="image/png,image/jpeg" disabled={busy} {...describe(name, shown)} onChange={(e) => { void choose(e.target.files?.[0]); e.target.value = '' }} />
      <span className="button" aria-hidden="true">{!id && <Icon name="plus" />}{busy ? t('dialog.busy') : w(id ? 'picture.other' : 'picture.choose')}</span>
    </span>
  )
  return (
    <Field name={name} label={label} hint={hint} wrong={shown}>
      <div className="offer-picture">
        {id && <img src={pictureOf(id)} alt={w('picture.alt')} />}
        <div className="actions">
          {input}
          {id && <button type="button" className="button quiet" aria-label={`${w('picture.remove')}: ${label}`} onClick={() => { setRefused(undefined); onPicture('') }}><Icon name="trash" size={15} />{w('picture.remove')}</button>}
        </div>
      </div>
    </Field>
  )
}

const tones = { unchecked: '', checking: '', passed: 'good', needs_review: 'warn', refused: 'bad' } as const

/** PictureChecks is where the check of each picture stands; members see one only when it has passed. */
export function PictureChecks({ offer }: { offer: Offer }) {
  const w = useWords(room)
  const { t } = useText()
  const all = offer.pictures
  if (all.length === 0) return null
  return (
    <div>
      <dt>{w('picture.check')}</dt>
      <dd className="picture-checks">
        {all.map((p) => (
          <span key={p.picture_id}>
            <img src={pictureOf(p.picture_id)} alt={w('picture.alt')} />
            <span className={`tag ${tones[p.state]}`}>{t(`check.${p.state}`)}</span>
            {p.text && <span>{p.text}</span>}
          </span>
        ))}
        {all.some((p) => p.state !== 'passed') && <span className="muted small">{w('picture.checkText')}</span>}
      </dd>
    </div>
  )
}
