import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type Broadcast = Schemas['Broadcast']
export type Part = Broadcast['parts'][number]
export type Content = Schemas['BroadcastContent']
export type Audience = Schemas['BroadcastAudience']
export type Settings = Schemas['BroadcastSettings']
export type Rule = Schemas['TagRule']
export type Condition = Rule['all'][number]
export type Tag = Schemas['Tag']
export type Template = Schemas['Template']
export type Notice = Schemas['Notice']

/** Draft is what an organiser writes of a broadcast. */
export interface Draft {
  name: string
  content: Content
  audience: Audience
  sponsored: boolean
  brand_id: string
}

const page = 20
const root = 'reach'

export function useBroadcasts() {
  return useInfiniteQuery({
    queryKey: [root, 'broadcasts'],
    initialPageParam: '',
    queryFn: async ({ pageParam }) =>
      (await call(client.GET('/api/console/v1/broadcasts', { params: { query: { after: pageParam || undefined, limit: page } } }))).broadcasts,
    getNextPageParam: (last) => (last.length === page ? last[page - 1]?.id : undefined),
    refetchInterval: refresh,
  })
}

export function useBroadcast(id: string) {
  return useQuery({
    queryKey: [root, 'broadcast', id],
    queryFn: () => call(client.GET('/api/console/v1/broadcasts/{id}', at(id))),
    refetchInterval: refresh,
  })
}

/** useForecast counts whom a broadcast would reach at a time; 0 is now. */
export function useForecast(id: string, time: number, enabled = true) {
  return useQuery({
    queryKey: [root, 'forecast', id, time],
    queryFn: () => call(client.GET('/api/console/v1/broadcasts/{id}/forecast', { params: { path: { id }, query: { at: time || undefined } } })),
    enabled,
  })
}

export const useSaveBroadcast = () =>
  useChange((v: { draft: Draft; id?: string; ver?: number; done: (saved: Broadcast) => void }) =>
    (v.id
      ? call(client.PUT('/api/console/v1/broadcasts/{id}', { ...at(v.id), body: { ...v.draft, ver: v.ver ?? 0 } }))
      : call(client.POST('/api/console/v1/broadcasts', { body: v.draft }))
    ).then(v.done))

export const usePreview = () =>
  useChange((v: { id: string; name: string }) =>
    call(client.POST('/api/console/v1/broadcasts/{id}/preview', { ...at(v.id), body: { wx_name: v.name } })))

export const useConfirm = () =>
  useChange((v: { id: string; ver: number; time: number; over: boolean }) =>
    call(client.POST('/api/console/v1/broadcasts/{id}/confirm', { ...at(v.id), body: { ver: v.ver, send_at: v.time, over_quiet: v.over } })))

export const useCancel = () =>
  useChange((id: string) => call(client.POST('/api/console/v1/broadcasts/{id}/cancel', at(id))))

export function useSettings() {
  return useQuery({
    queryKey: [root, 'settings'],
    queryFn: () => call(client.GET('/api/console/v1/broadcast-settings')),
  })
}

export const useSetSettings = () =>
  useChange((settings: Settings) => call(client.PUT('/api/console/v1/broadcast-settings', { body: settings })))

/** usePicks lists what a condition can name: entries, videos, groups and offers, by what people call them. */
export function usePicks(kind: 'entry' | 'video' | 'group' | 'claim' | 'redeem', enabled = true) {
  return useQuery({
    queryKey: [root, 'picks', kind],
    enabled,
    queryFn: async (): Promise<{ id: string; name: string }[]> => {
      switch (kind) {
        case 'entry':
          return (await call(client.GET('/api/console/v1/entries', { params: { query: { limit: 200 } } }))).entries
            .map((e) => ({ id: e.id, name: e.label || e.code }))
        case 'video':
          return (await call(client.GET('/api/console/v1/videos'))).videos.map((v) => ({ id: v.id, name: v.title }))
        case 'group':
          return (await call(client.GET('/api/console/v1/groups'))).groups.map((g) => ({ id: g.id, name: g.name }))
        default:
          return (await call(client.GET('/api/console/v1/offers'))).offers
            .filter((o) => o.state === 'approved' || o.state === 'done')
            .map((o) => ({ id: o.id, name: `${o.brand_name} · ${o.title}` }))
      }
    },
  })
}

export function useTags() {
  return useQuery({
    queryKey: [root, 'tags'],
    queryFn: async () => (await call(client.GET('/api/console/v1/tags'))).tags,
    refetchInterval: refresh,
  })
}

export const useSaveTag = () =>
  useChange((v: { id?: string; name: string; rule?: Rule; done: (saved: Tag) => void }) => {
    const body = { name: v.name, rule: v.rule }
    return (v.id ? call(client.PUT('/api/console/v1/tags/{id}', { ...at(v.id), body })) : call(client.POST('/api/console/v1/tags', { body }))).then(v.done)
  })

/** useDeleteTag deletes a tag. Who had it is not asked again: there is nothing left to ask about. */
export function useDeleteTag() {
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: (id: string) => call(client.DELETE('/api/console/v1/tags/{id}', at(id))),
    onSuccess: () => void queries.invalidateQueries({ predicate: (q) => q.queryKey[0] === root && q.queryKey[1] !== 'tagged' }),
  })
  const { mutateAsync, isPending, error, reset } = remove
  return { do: (id: string) => mutateAsync(id).then(() => true, () => false), isPending, error, reset }
}

const members = 20

/** useTagged lists who has a tag, or from whom it was taken by hand. */
export function useTagged(id: string, takenOff: boolean) {
  return useInfiniteQuery({
    queryKey: [root, 'tagged', id, takenOff],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => (await call(client.GET('/api/console/v1/tags/{id}/members', {
      params: { path: { id }, query: { after: pageParam || undefined, limit: members, taken_off: takenOff } },
    }))).members,
    getNextPageParam: (last) => (last.length === members ? last[members - 1]?.id : undefined),
    refetchInterval: refresh,
  })
}

/** useTagHand says by hand who has a tag: 1 has it, -1 has not, 0 is as the rule says. */
export const useTagHand = () =>
  useChange((v: { id: string; members: string[]; hand: -1 | 0 | 1 }) =>
    call(client.POST('/api/console/v1/tags/{id}/members', { ...at(v.id), body: { members: v.members, hand: v.hand } })))

/** useNewsDrafts lists what is in the account's draft box at WeChat. It is asked over the network each time, so not often. */
export function useNewsDrafts(enabled: boolean) {
  return useQuery({
    queryKey: [root, 'drafts'],
    queryFn: async () => (await call(client.GET('/api/console/v1/drafts'))).drafts,
    enabled,
    staleTime: 60_000,
  })
}

/** uploadPicture gives WeChat a picture to keep and returns what it is called there. */
export async function uploadPicture(file: File): Promise<string> {
  const type = (['image/png', 'image/jpeg', 'image/gif'] as const).find((known) => known === file.type) ?? 'image/png'
  const sent = client.POST('/api/console/v1/pictures', {
    body: '', bodySerializer: () => file, headers: { 'Content-Type': type },
  })
  return (await call(sent)).media_id
}

export function useTemplates() {
  return useQuery({
    queryKey: [root, 'templates'],
    queryFn: async () => (await call(client.GET('/api/console/v1/templates'))).templates,
    refetchInterval: refresh,
  })
}

export const useSyncTemplates = () => useChange((_: void) => call(client.POST('/api/console/v1/templates/sync')))

export const useSwitchTemplate = () =>
  useChange((v: { id: string; pause: boolean }) =>
    v.pause ? call(client.POST('/api/console/v1/templates/{id}/pause', at(v.id))) : call(client.POST('/api/console/v1/templates/{id}/resume', at(v.id))))

/** usePurpose says whether Siyu uses a template to tell the team what is to be posted. */
export const usePurpose = () =>
  useChange((v: { id: string; on: boolean }) => call(client.PUT('/api/console/v1/templates/{id}/purpose', { ...at(v.id), body: { purpose: v.on ? 'owner_task' : '' } })))

export const useTestTemplate = () =>
  useChange((v: { id: string; key: string; page: string; data: Record<string, string> }) =>
    call(client.POST('/api/console/v1/templates/{id}/test', {
      params: { path: { id: v.id }, header: { 'Idempotency-Key': v.key } }, body: { data: v.data, page: v.page },
    })))

const notices = 20

export function useNotices(id: string) {
  return useInfiniteQuery({
    queryKey: [root, 'notices', id],
    initialPageParam: '',
    queryFn: async ({ pageParam }) =>
      (await call(client.GET('/api/console/v1/templates/{id}/notices', { params: { path: { id }, query: { after: pageParam || undefined, limit: notices } } }))).notices,
    getNextPageParam: (last) => (last.length === notices ? last[notices - 1]?.id : undefined),
    refetchInterval: refresh,
  })
}

/** useOperator tells whether the organiser has said who she is in the Mini Program. */
export function useOperator() {
  return useQuery({ queryKey: [root, 'operator'], queryFn: () => call(client.GET('/api/console/v1/operator')), refetchInterval: refresh })
}

export const useOperatorCode = () =>
  useChange((done: (offered: { code: string; expires_at: number }) => void) => call(client.POST('/api/console/v1/operator/code')).then(done))

export const useUnbind = () => useChange((_: void) => call(client.DELETE('/api/console/v1/operator')))
