import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']

export type Channel = Schemas['ChannelStanding']
export type CallStop = NonNullable<Schemas['CallStop']>
export type Check = Schemas['ChannelCheck']
export type Push = Schemas['Push']
export type PushState = Schemas['PushState']
export type Job = Schemas['Job']
export type Message = Schemas['SentMessage']
export type MessageState = Schemas['MessageState']

/** How many rows of a long list come at once. */
const pageOf = 20

export function useSystem() {
  return useQuery({
    queryKey: ['system'],
    queryFn: () => call(client.GET('/api/console/v1/system')),
    refetchInterval: refresh,
  })
}

export function useChannels() {
  return useQuery({
    queryKey: ['channels'],
    queryFn: async (): Promise<Channel[]> => (await call(client.GET('/api/console/v1/channels'))).channels,
    refetchInterval: refresh,
  })
}

/** useCheck asks WeChat itself how an account stands; what it says stays on show until the page is left. */
export function useCheck() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string): Promise<Check> => call(client.POST('/api/console/v1/channels/{id}/check', at(id))),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['channels'] }),
  })
}

/** useClearQuota tells how often it can be done again this month. */
export const useClearQuota = () => useAct(async (id: string) =>
  (await call(client.POST('/api/console/v1/channels/{id}/quota/clear', { ...at(id), body: { confirm: true } }))).left)

/** useAct is an action whose answer is of interest: a number. It comes back undefined when the action failed. */
function useAct<V>(act: (vars: V) => Promise<number>) {
  const queries = useQueryClient()
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: act,
    onSettled: () => void queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' }),
  })
  return { do: (vars: V) => mutateAsync(vars).catch(() => undefined), isPending, error, reset }
}

/** paged is what both long lists have in common: the next page begins after the last row of the one before. */
function paged<Row extends { id: string }>(key: unknown[], page: (after: string | undefined) => Promise<Row[]>) {
  return {
    queryKey: key,
    queryFn: ({ pageParam }: { pageParam: string | undefined }) => page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Row[]) => (last.length < pageOf ? undefined : last.at(-1)?.id),
    refetchInterval: refresh,
  }
}

export function usePushes(state: PushState) {
  return useInfiniteQuery(paged(['pushes', state], async (after): Promise<Push[]> =>
    (await call(client.GET('/api/console/v1/pushes', { params: { query: { state, after, limit: pageOf } } }))).pushes))
}

export function useKinds() {
  return useQuery({
    queryKey: ['push-kinds'],
    queryFn: async () => (await call(client.GET('/api/console/v1/pushes/kinds'))).kinds,
    refetchInterval: refresh,
  })
}

/** usePush reads what one push says. That is written down, so it is asked for once and never again by itself. */
export function usePush(id: string) {
  return useQuery({
    queryKey: ['push', id],
    queryFn: () => call(client.GET('/api/console/v1/pushes/{id}', at(id))),
    staleTime: Infinity,
    gcTime: 0,
    enabled: (query) => query.state.data === undefined,
  })
}

export const useReplay = () => useChange((id: string): Promise<Push> => call(client.POST('/api/console/v1/pushes/{id}/replay', at(id))))

/** A job of a list may have been revived by somebody else meanwhile; then this changes nothing. */
export const useRevive = () => useChange((id: string): Promise<Job> => call(client.POST('/api/console/v1/jobs/{id}/revive', at(id))))

export function useDeadJobs() {
  return useInfiniteQuery(paged(['jobs', 'dead'], async (after): Promise<Job[]> =>
    (await call(client.GET('/api/console/v1/jobs', { params: { query: { state: 'dead', after, limit: pageOf } } }))).jobs))
}

/** Both tell how many there were. */
export const useReplayAll = () => useAct<void>(async () => (await call(client.POST('/api/console/v1/pushes/replay'))).replayed)
export const useReviveAll = () => useAct<void>(async () => (await call(client.POST('/api/console/v1/jobs/revive'))).revived)

/** useMessages is a page of messages; each also brings the counts of all. */
export function useMessages(state: MessageState) {
  return useInfiniteQuery({
    queryKey: ['messages', state],
    queryFn: ({ pageParam }) => call(client.GET('/api/console/v1/messages', { params: { query: { state, after: pageParam, limit: pageOf } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last.messages.length < pageOf ? undefined : last.messages.at(-1)?.id),
    refetchInterval: refresh,
  })
}
