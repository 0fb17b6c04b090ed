import { useEffect, useState } from 'react'
import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { whole } from '../../text/number'
import { Ask } from '../../ui/ask'
import { Field, describe, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { useSetWay } from './setway'
import { wayWords } from './waywords'

const most = 4 << 20

type Wrong = Partial<Record<'picture' | 'url' | 'headcount' | 'capacity', string>>

/** WayForm takes an ordinary group's new QR code and head count, which nobody but its organiser can know. */
export function WayForm({ group, open, onClose }: { group: { id: string; name: string; headcount: number }; open: boolean; onClose: () => void }) {
  const w = useWords(wayWords)
  const { t } = useText()
  const tell = useTell()
  const { say } = useWhen()
  const set = useSetWay()
  const known = useGroups().data?.find((g) => g.id === group.id)
  const [picture, setPicture] = useState<File>()
  const [url, setURL] = useState('')
  const [heads, setHeads] = useState('')
  const [capacity, setCapacity] = useState('')
  const [wrong, setWrong] = useState<Wrong>({})
  const [nothing, setNothing] = useState(false)
  useEffect(() => {
    if (!open) return
    setPicture(undefined)
    setURL('')
    setHeads('')
    setCapacity(String(known?.capacity ?? ''))
    setWrong({})
    setNothing(false)
  }, [open])
  const close = () => { set.reset(); onClose() }
  const choose = (file: File | undefined) => {
    const bad: 'wrongType' | 'tooBig' | undefined = !file ? undefined : !/^image\/(png|jpeg)$/.test(file.type) ? 'wrongType' : file.size > most ? 'tooBig' : undefined
    setWrong({ ...wrong, picture: bad && w(bad) })
    setPicture(bad ? undefined : file)
    set.reset()
  }
  const save = async () => {
    const n = whole(heads, 0, 5000)
    const max = whole(capacity, 1, 5000)
    const found: Wrong = {
      picture: wrong.picture,
      headcount: heads && Number.isNaN(n) ? w('number', { min: 0 }) : undefined,
      capacity: capacity && Number.isNaN(max) ? w('number', { min: 1 }) : undefined,
    }
    setWrong(found)
    const way = {
      ...(url.trim() && !picture ? { url: url.trim() } : {}),
      // Typed, it is true as of now, even if it is as before; so nothing stands there already that might be passed over.
      ...(heads ? { headcount: n } : {}),
      ...(capacity && max !== known?.capacity ? { capacity: max } : {}),
    }
    if (Object.values(found).some(Boolean)) return
    if (!picture && Object.keys(way).length === 0) return setNothing(true)
    await set.do({
      group: group.id, picture, way,
      done: (now) => {
        const name = { group: group.name }
        tell(picture || way.url ? w('doneUntil', { ...name, when: say(now.ends_at) }) : w('done', name))
        close()
      },
    })
  }
  // What was read from a picture is objected to at the picture.
  const refused = wrongOf(set.error)
  const field = refused && (picture && refused.field === 'url' ? 'picture' : refused.field)
  const at = (name: keyof Wrong) => wrong[name] ?? (field === name ? refused?.text : undefined)
  const general = set.error && !['picture', 'url', 'headcount', 'capacity'].includes(field ?? '') ? told(set.error, t) : nothing ? w('nothing') : undefined
  return (
    <Ask open={open} title={w('title', { group: group.name })} text={w('text')} yes={w('save')} busy={set.isPending} error={general}
      onYes={() => void save()} onClose={close}>
      <Field name="picture" label={w('picture')} hint={w('pictureHint')} wrong={at('picture')}>
        <span className="file">
          <input id="picture" type="file" accept="image/png,image/jpeg" {...describe('picture', at('picture'))} onChange={(e) => choose(e.target.files?.[0])} />
          <span className="button wide" aria-hidden="true"><Icon name={picture ? 'check' : 'plus'} />{picture ? w('chosen', { name: picture.name }) : w('choose')}</span>
        </span>
      </Field>
      <details className="way-link" open={at('url') !== undefined || undefined}>
        <summary>{w('orLink')}</summary>
        <TextField name="url" label={w('url')} hint={w('urlHint')} wrong={at('url')} value={url} maxLength={300} inputMode="url" autoComplete="off"
          onValue={(v) => { setURL(v); set.reset() }} />
      </details>
      <div className="field-pair">
        <TextField name="headcount" label={w('heads')} hint={w('headsWas', { n: group.headcount })} wrong={at('headcount')} value={heads} inputMode="numeric" onValue={setHeads} />
        <TextField name="capacity" label={w('capacity')} wrong={at('capacity')} value={capacity} inputMode="numeric" onValue={setCapacity} />
      </div>
      <p className="hint">{w('headsHint')}</p>
    </Ask>
  )
}
