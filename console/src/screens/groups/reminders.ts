import type { Group } from '../../types'

/** Reminder is something that only the organiser can know of an ordinary group, and that is missing or old. */
export type Reminder = 'noWay' | 'wayEnded' | 'wayEnding' | 'noCount' | 'oldCount' | 'unnamed'

const day = 86_400_000

/** A count is old after fourteen days; a QR code that ends within two is to be renewed. */
export const oldCount = 14 * day
export const soonEnds = 2 * day

/** The name the server gives a group that members opened a card in before its organiser told of it. */
const unnamed = '未命名群 Unnamed group'

/** reminders lists what is missing of a group, the most pressing first. Of a WeCom group WeCom tells everything. */
export function reminders(group: Group, now: number): Reminder[] {
  if (group.kind !== 'ordinary') return []
  const all: Reminder[] = []
  if (group.name === unnamed) all.push('unnamed')
  if (!group.has_way) all.push('noWay')
  else if (group.way_ends_at > 0 && group.way_ends_at <= now) all.push('wayEnded')
  else if (group.way_ends_at > 0 && group.way_ends_at - now <= soonEnds) all.push('wayEnding')
  if (group.counted_at === 0) all.push('noCount')
  else if (now - group.counted_at > oldCount) all.push('oldCount')
  return all
}
