import type { Broadcast, Part } from './api'

/** Outcome is what became of a broadcast, added up over its parts. Numbers are -1 while WeChat has not told them. */
export interface Outcome {
  meant: number
  got: number
  /** who did not get it for having had their share: left out by us, or skipped by WeChat */
  skipped: number
  errors: number
  /** parts of which WeChat may still tell something */
  open: number
  /** parts that ended without numbers */
  untold: number
}

const running = (p: Part) => p.state === 'new' || p.state === 'calling' || p.state === 'accepted'

/** outcome adds the parts up. */
export function outcome(b: Broadcast): Outcome {
  const listed = b.parts.every((p) => p.kind === 'list')
  const told = b.parts.filter((p) => p.total >= 0)
  const leftOut = listed ? Math.max(0, b.people - sum(b.parts, (p) => p.people)) : 0
  const complete = told.length > 0 && told.length === b.parts.length
  return {
    meant: b.people,
    got: told.length > 0 ? sum(told, (p) => p.sent) : -1,
    skipped: complete ? leftOut + sum(told, (p) => p.skipped) : -1,
    errors: told.length > 0 ? sum(told, (p) => p.errors) : -1,
    open: b.parts.filter(running).length,
    untold: b.parts.filter((p) => !running(p) && p.state !== 'failed' && p.total < 0).length,
  }
}

function sum(parts: Part[], of: (p: Part) => number): number {
  return parts.reduce((n, p) => n + of(p), 0)
}

/** tone is the colour of a state's tag; the word says the same. */
export const tone: Record<Broadcast['state'], string> = {
  draft: '', scheduled: 'warn', sending: 'warn', sent: 'good', failed: 'bad', cancelled: '',
}
