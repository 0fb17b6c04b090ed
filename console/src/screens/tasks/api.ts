import { useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { Task } from '../../types'

/** useTasks lists what waits for an owner, and what she must not post any more. */
export const useTasks = () =>
  useQuery({ queryKey: ['tasks'], queryFn: () => call(client.GET('/api/console/v1/tasks')), refetchInterval: refresh })

/** useConfirmTask books that a post is in its group; without a time it is so now. */
export const useConfirmTask = () =>
  useChange((v: { id: string; postedAt?: number }): Promise<Task> =>
    call(client.POST('/api/console/v1/tasks/{id}/confirm', { ...at(v.id), body: { posted_at: v.postedAt } })))

/** useSkipTask gives a task back that its owner cannot post. */
export const useSkipTask = () =>
  useChange((v: { id: string; reason: string }): Promise<Task> =>
    call(client.POST('/api/console/v1/tasks/{id}/skip', { ...at(v.id), body: { reason: v.reason } })))
