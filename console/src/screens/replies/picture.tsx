import { useId, useState } from 'react'
import { useText, useWords } from '../../text'
import { describe, Field } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useUpload } from './api'
import { room } from './words'

interface Props {
  name: string
  label: string
  /** there is a picture already; WeChat does not show it again to us */
  has: boolean
  wrong?: string
  onPicture: (picture: { media_id: string; url: string }) => void
}

/** PictureField gives a picture to WeChat and keeps what WeChat calls it. */
export function PictureField({ name, label, has, wrong, onPicture }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const upload = useUpload()
  const [shown, setShown] = useState('')
  const id = useId()
  const take = async (file: File | undefined) => {
    if (!file) return
    try {
      onPicture(await upload.mutateAsync(file))
    } catch {
      return // the field shows it
    }
    tell(w('uploaded'))
    const reader = new FileReader()
    reader.onload = () => setShown(String(reader.result))
    reader.readAsDataURL(file)
  }
  const failed = upload.error ? told(upload.error, t) : undefined
  return (
    <Field name={name} label={label} hint={w('pictureHint')} wrong={failed ?? wrong}>
      <div className="picture">
        {shown ? <img src={shown} alt={w('picAlt')} /> : has && <span className="tag good">{w('chosen')}</span>}
        <label className="button" htmlFor={name} id={id}>
          <Icon name="plus" />{upload.isPending ? w('uploading') : w(has || shown ? 'another' : 'choose')}
        </label>
        <input id={name} name={name} type="file" className="sr" accept="image/png,image/jpeg,image/gif" disabled={upload.isPending}
          {...describe(name, failed ?? wrong)} onChange={(e) => { void take(e.target.files?.[0]); e.target.value = '' }} />
      </div>
    </Field>
  )
}
