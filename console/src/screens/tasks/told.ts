import type { components } from '../../schema'
import type { Fill } from '../../text'
import type { Word } from './words'

type Told = components['schemas']['Told']

const known = ['no_wechat', 'no_channel', 'no_follower', 'no_template', 'no_credit', 'template_unfit', 'message_window_closed', 'message_window_used_up', 'message_unfollowed', 'message_quota', 'message_too_late'] as const

/** told says in words how somebody was told of a task, and if she was not, why every way was closed. */
export function told(one: Told, when: string, w: (word: Word, fill?: Fill) => string): string {
  const which = one.round > 0 ? w('told.again') : w('told.first')
  if (one.state === 'told' && one.way !== 'console') return `${which}: ${w(`told.${one.way}`, { when })}`
  if (one.state === 'unknown' || one.state === 'going') return `${which}: ${w(`told.${one.state}`, { when })}`
  const why = one.why.split(' ').map((x) => x.split(':')).map(([way = '', code = '']) => {
    const reason = known.find((k) => k === code) ?? (code ? 'other' as const : undefined)
    const name = way === 'official' ? w('told.wayOfficial') : way === 'notice' ? w('told.wayNotice') : ''
    return reason ? `${name} ${w(`told.why.${reason}`)}`.trim() : name
  }).filter(Boolean)
  return `${which}: ${w('told.console', { when })}${why.length > 0 ? ` (${why.join('; ')})` : ''}`
}
