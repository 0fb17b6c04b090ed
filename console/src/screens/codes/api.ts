import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type LiveCode = Schemas['LiveCode']
export type LiveGroup = Schemas['LiveGroup']
export type LiveRule = Schemas['LiveRule']
export type Entry = Schemas['Entry']
export type NewEntry = Schemas['NewEntry']

const page = 50

/** paged reads a long list part by part; one that is shorter than it could be is the last. */
function paged<T extends { id: string }>(read: (after: string | undefined) => Promise<T[]>) {
  return {
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }: { pageParam: string | undefined }) => read(pageParam),
    getNextPageParam: (last: T[]) => (last.length < page ? undefined : last[last.length - 1]?.id),
    refetchInterval: refresh,
  }
}

export const useLiveCodes = () =>
  useInfiniteQuery({
    queryKey: ['live-codes'],
    ...paged<LiveCode>(async (after) =>
      (await call(client.GET('/api/console/v1/live-codes', { params: { query: { after, limit: page } } }))).live_codes),
  })

/** useLeads lists what an entry may lead to, beside the groups. */
export const useLeads = () =>
  useQuery({
    queryKey: ['live-codes', 'leads'],
    queryFn: async () => (await call(client.GET('/api/console/v1/live-codes', { params: { query: { limit: 200 } } }))).live_codes,
  })

export const useLiveCode = (id: string) =>
  useQuery({
    queryKey: ['live-code', id],
    queryFn: () => call(client.GET('/api/console/v1/live-codes/{id}', at(id))),
    refetchInterval: refresh,
  })

/** useEntries lists the entries, the newest first; those of one live code if it is named. */
export const useEntries = (live?: string) =>
  useInfiniteQuery({
    queryKey: ['entries', live ?? ''],
    ...paged<Entry>(async (after) =>
      (await call(client.GET('/api/console/v1/entries', { params: { query: { live_id: live, after, limit: page } } }))).entries),
  })

export const useEntry = (id: string) =>
  useQuery({
    queryKey: ['entry', id],
    queryFn: () => call(client.GET('/api/console/v1/entries/{id}', at(id))),
    refetchInterval: refresh,
  })

export const useSlots = () =>
  useQuery({ queryKey: ['slots'], queryFn: () => call(client.GET('/api/console/v1/slots')), retry: false })

export const useVideos = () =>
  useQuery({ queryKey: ['videos'], queryFn: async () => (await call(client.GET('/api/console/v1/videos'))).videos })

const addEntry = (entry: NewEntry) => call(client.POST('/api/console/v1/entries', { body: entry }))

/** useAddEntry makes an entry, and first the video it belongs to if that is new. */
export const useAddEntry = () =>
  useChange(async (v: { entry: NewEntry; video?: string; made: (entry: Entry) => void }) => {
    const video = v.video ? await call(client.POST('/api/console/v1/videos', { body: { title: v.video } })) : undefined
    v.made(await addEntry(video ? { ...v.entry, video_id: video.id } : v.entry))
  })

export const useRenewEntry = () =>
  useChange((id: string) => call(client.POST('/api/console/v1/entries/{id}/renew', at(id))))

export const useRetireEntry = () =>
  useChange((id: string) => call(client.POST('/api/console/v1/entries/{id}/retire', at(id))))

/** useAddLive makes a live code and the code that is printed for it. */
export const useAddLive = () =>
  useChange(async (v: { name: string; rule: LiveRule; margin: number; made: (live: LiveCode) => void }) => {
    const live = await call(client.POST('/api/console/v1/live-codes', { body: { name: v.name, rule: v.rule, margin: v.margin } }))
    // Without it the live code is there all the same, and its page offers to make one.
    await addEntry({ live_id: live.id, label: v.name }).catch(() => undefined)
    v.made(live)
  })

export const useChangeLive = () =>
  useChange((v: { id: string } & Schemas['LiveCodeChange']) => {
    const { id, ...body } = v
    return call(client.PATCH('/api/console/v1/live-codes/{id}', { ...at(id), body }))
  })

export const useRetireLive = () =>
  useChange((id: string) => call(client.POST('/api/console/v1/live-codes/{id}/retire', at(id))))

export const useAddRoom = () =>
  useChange((v: { live: string } & Schemas['NewLiveGroup']) => {
    const { live, ...body } = v
    return call(client.POST('/api/console/v1/live-codes/{id}/groups', { ...at(live), body }))
  })

const room = (live: string, group: string) => ({ params: { path: { id: live, group } } })

const changeRoom = (live: string, group: string, body: Schemas['LiveGroupChange']) =>
  call(client.PATCH('/api/console/v1/live-codes/{id}/groups/{group}', { ...room(live, group), body }))

export const useChangeRoom = () =>
  useChange((v: { live: string; group: string } & Schemas['LiveGroupChange']) => {
    const { live, group, ...body } = v
    return changeRoom(live, group, body)
  })

/** useOrderRooms gives the groups of a pool the places in which they are listed. */
export const useOrderRooms = () =>
  useChange(async (v: { live: string; groups: LiveGroup[] }) => {
    for (const [place, group] of v.groups.entries()) {
      if (group.place !== place) await changeRoom(v.live, group.group_id, { place })
    }
  })

export const useDropRoom = () =>
  useChange((v: { live: string; group: string }) =>
    call(client.DELETE('/api/console/v1/live-codes/{id}/groups/{group}', room(v.live, v.group))),
  )

/** picture is where a code of an entry is drawn. */
export function picture(id: string, of: 'page' | 'qr' | 'mini_code', format: 'png' | 'svg', size = 1024): string {
  return `/api/console/v1/entries/${id}/picture?of=${of}&format=${format}&size=${size}`
}
