import type { Task } from '../../types'

/** Standing is what its owner is to do with a task. */
export type Standing = 'post' | 'early' | 'over' | 'stopped' | 'done'

/** standing tells it by the server's clock: what was taken back or is over is not to be posted any more. */
export function standing(task: Task, now: number): Standing {
  if (task.state === 'done') return 'done'
  if (task.state === 'cancelled') return 'stopped'
  if (task.due_at > 0 && now > task.due_at) return 'over'
  return task.from_at > now ? 'early' : 'post'
}

/** inOrder sorts what can be posted before what cannot yet, the most pressing first. */
export function inOrder(tasks: Task[], now: number): Task[] {
  const rank = (task: Task) => (standing(task, now) === 'post' ? 0 : standing(task, now) === 'early' ? 1 : 2)
  return [...tasks].sort((a, b) => rank(a) - rank(b) || a.due_at - b.due_at)
}

/** folded puts the tasks of one envelope together: they are one question to their owner. */
export function folded(tasks: Task[]): Task[][] {
  const all = new Map<string, Task[]>()
  for (const task of tasks) {
    const key = task.envelope_id || `task ${task.id}`
    all.set(key, [...(all.get(key) ?? []), task])
  }
  return [...all.values()]
}
