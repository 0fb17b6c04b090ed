import type { NewEntry } from './api'
import { whole } from '../../text/number'
import type { Word } from './words'

/** Draft is the form of a new entry as it is typed. */
export interface Draft {
  from: 'video' | 'label'
  /** the id of a video, or new */
  video: string
  title: string
  label: string
  /** live:ID or group:ID */
  to: string
  pick: string
  qr: '' | 'permanent' | 'temporary'
  days: string
  mini: boolean
  link: boolean
}

export type Field = 'video' | 'title' | 'label' | 'to' | 'pick' | 'qr' | 'days'

/** blank is a form for the newest video, or for another place. */
export function blank(videos: { id: string }[], to: string, elsewhere: boolean): Draft {
  return {
    from: elsewhere ? 'label' : 'video', video: videos.at(-1)?.id ?? 'new', title: '', label: '', to, pick: '', qr: '', days: '30', mini: false, link: false,
  }
}

/** read makes an entry of what was typed; wrong is empty if it can be handed in. */
export function read(d: Draft): { entry: NewEntry; video?: string; wrong: Partial<Record<Field, Word>> } {
  const wrong: Partial<Record<Field, Word>> = {}
  const fresh = d.from === 'video' && d.video === 'new'
  if (fresh && !d.title.trim()) wrong.title = 'live.need'
  if (d.from === 'label' && !d.label.trim()) wrong.label = 'live.need'
  if (!d.to) wrong.to = 'live.need'
  const days = whole(d.days, 1, 30)
  if (d.qr === 'temporary' && Number.isNaN(days)) wrong.days = 'new.daysWrong'
  const [kind, id] = d.to.split(':')
  const entry: NewEntry = {
    ...(d.from === 'label' ? { label: d.label.trim() } : fresh ? {} : { video_id: d.video }),
    ...(kind === 'live' ? { live_id: id } : { group_id: id }),
    ...(d.pick ? { pick: d.pick } : {}),
    ...(d.qr ? { qr: d.qr } : {}),
    ...(d.qr === 'temporary' && !wrong.days ? { qr_days: days } : {}),
    mini_code: d.mini,
    link: d.link,
  }
  return { entry, video: fresh ? d.title.trim() : undefined, wrong }
}
