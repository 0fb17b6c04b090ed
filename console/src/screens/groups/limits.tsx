import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, client, useChange } from '../../api'
import type { components } from '../../schema'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { TextField, wrongOf } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { limitWords } from './limitwords'

type Limits = components['schemas']['HealthLimits']
type Name = keyof Limits

/** fields are the limits in the order in which they are asked for; a share is asked for in percent. Least and most are the server's. */
const fields: { name: Name; share?: boolean; least: number; most: number }[] = [
  { name: 'quit_share', share: true, least: 0, most: 100 },
  { name: 'full_percent', least: 50, most: 100 },
  { name: 'quiet_days', least: 1, most: 365 },
  { name: 'value_per_ad', least: 0, most: 100 },
  { name: 'active_share', share: true, least: 0, most: 100 },
  { name: 'response_hours', least: 1, most: 168 },
  { name: 'unposted_share', share: true, least: 0, most: 100 },
  { name: 'unposted_row', least: 1, most: 20 },
  { name: 'invite_hours', least: 1, most: 168 },
  { name: 'count_days', least: 1, most: 365 },
  { name: 'sync_hours', least: 7, most: 720 },
  { name: 'digest_hour', least: 0, most: 23 },
]

const shown = (n: number, share?: boolean) => String(Math.round((share ? n * 100 : n) * 100) / 100)

/** HealthLimits are the values from which on a sign is worth a word, and when the day's warnings are told. */
export function HealthLimits() {
  const w = useWords(limitWords)
  const limits = useQuery({ queryKey: ['health-limits'], queryFn: () => call(client.GET('/api/console/v1/health/limits')) }).data
  const [open, setOpen] = useState(false)
  if (!limits) return null
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>{w('button')}</button>
      {open && <Form limits={limits} onClose={() => setOpen(false)} />}
    </>
  )
}

function Form({ limits, onClose }: { limits: Limits; onClose: () => void }) {
  const w = useWords(limitWords)
  const { t } = useText()
  const tell = useTell()
  const [d, set] = useState(() => Object.fromEntries(fields.map((f) => [f.name, shown(limits[f.name], f.share)])) as Record<Name, string>)
  const [tried, setTried] = useState(false)
  const save = useChange((body: Limits) => call(client.PUT('/api/console/v1/health/limits', { body: body as unknown as Record<string, number> })))
  const refused = wrongOf(save.error)
  const read = (name: Name) => (d[name].trim() === '' ? NaN : Number(d[name].trim()))
  const bad = (f: (typeof fields)[number]) => !(read(f.name) >= f.least && read(f.name) <= f.most) || (!f.share && f.name !== 'value_per_ad' && !Number.isInteger(read(f.name)))
  const go = async () => {
    setTried(true)
    if (fields.some(bad)) return
    if (!(await save.do(Object.fromEntries(fields.map((f) => [f.name, f.share ? read(f.name) / 100 : read(f.name)])) as unknown as Limits))) return
    tell(w('saved'))
    onClose()
  }
  return (
    <Ask open title={w('title')} text={w('text')} yes={w('save')} busy={save.isPending} error={save.error && !refused ? told(save.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <div className="limit-fields">
        {fields.map((f) => (
          <TextField key={f.name} name={f.name} label={w(f.name)} inputMode="decimal" autoComplete="off" value={d[f.name]} onValue={(v) => set({ ...d, [f.name]: v })}
            wrong={tried && bad(f) ? w('wrong', { min: f.least, max: f.most }) : refused?.field === f.name ? refused.text : undefined} />
        ))}
      </div>
    </Ask>
  )
}
