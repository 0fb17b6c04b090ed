import { useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { Task } from '../../types'

/** useTasks lists what waits for an owner, and what she must not post any more. */
export const useTasks = () =>
  useQuery({ queryKey: ['tasks'], queryFn: () => call(client.GET('/api/console/v1/tasks')), refetchInterval: refresh })

/** useUnknown lists what was with WeCom owners and is over, and of which WeCom does not tell what became of it. */
export const useUnknown = (on: boolean) =>
  useQuery({ queryKey: ['tasks', 'unknown'], enabled: on, queryFn: async () => (await call(client.GET('/api/console/v1/tasks/unknown'))).tasks, refetchInterval: refresh })

/** useSettle books what somebody who has looked into the group says of such a task; without a time it was not posted. */
export const useSettle = () =>
  useChange((v: { id: string; postedAt?: number }): Promise<Task> =>
    call(client.POST('/api/console/v1/tasks/{id}/settle', { ...at(v.id), body: { posted: v.postedAt !== undefined, posted_at: v.postedAt ?? 0 } })))

/** useConfirmTask books that a post is in its group; without a time it is so now. */
export const useConfirmTask = () =>
  useChange((v: { id: string; postedAt?: number }): Promise<Task> =>
    call(client.POST('/api/console/v1/tasks/{id}/confirm', { ...at(v.id), body: { posted_at: v.postedAt } })))

/** useSkipTask gives a task back that its owner cannot post. */
export const useSkipTask = () =>
  useChange((v: { id: string; reason: string }): Promise<Task> =>
    call(client.POST('/api/console/v1/tasks/{id}/skip', { ...at(v.id), body: { reason: v.reason } })))
