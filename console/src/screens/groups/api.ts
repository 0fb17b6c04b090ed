import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { Group } from '../../types'

export type GroupForm = { name?: string; zone?: string; headcount?: number; capacity?: number; again?: boolean }

export interface Filter { q: string; kind: '' | Group['kind'] }

const page = 50

/** useGroupList lists the groups a filter lets through, part by part. */
export const useGroupList = ({ q, kind }: Filter) =>
  useInfiniteQuery({
    queryKey: ['groups', 'list', q, kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      call(client.GET('/api/console/v1/groups', { params: { query: { q: q || undefined, kind: kind || undefined, after: pageParam, limit: page } } })),
    getNextPageParam: (last) => (last.groups.length < page ? undefined : last.groups[last.groups.length - 1]?.id),
    refetchInterval: refresh,
    placeholderData: (before) => before, // what is typed narrows the list that stands there, it does not blank it
  })

/** useGoneGroups lists the groups that have ended. */
export const useGoneGroups = () =>
  useQuery({ queryKey: ['groups', 'gone'], queryFn: async () => (await call(client.GET('/api/console/v1/groups', { params: { query: { gone: true, limit: 200 } } }))).groups })

export const useGroup = (id: string) =>
  useQuery({ queryKey: ['groups', 'one', id], queryFn: () => call(client.GET('/api/console/v1/groups/{id}', at(id))), refetchInterval: refresh })

/** useAddGroup registers an ordinary group. */
export const useAddGroup = () =>
  useChange(async (v: { form: GroupForm & { name: string }; made: (group: Group) => void }) =>
    v.made(await call(client.POST('/api/console/v1/groups', { body: v.form }))))

export const useEditGroup = () =>
  useChange((v: { id: string; form: GroupForm }) => call(client.PATCH('/api/console/v1/groups/{id}', { ...at(v.id), body: v.form })))

/** usePauseGroup pauses a group, until a moment (0: until she resumes it), or resumes it. */
export const usePauseGroup = () =>
  useChange((v: { id: string; paused: boolean; until?: number; note?: string }): Promise<Group> =>
    call(client.PATCH('/api/console/v1/groups/{id}', { ...at(v.id), body: { paused: v.paused, until: v.until, note: v.note } })),
  )

/** useVeto keeps an offer out of a group. */
export const useVeto = () =>
  useChange((v: { group: string; offer: string; note: string }) =>
    call(client.POST('/api/console/v1/vetoes', { body: { group_id: v.group, offer_id: v.offer, note: v.note } })))
