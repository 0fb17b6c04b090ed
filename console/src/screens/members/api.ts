import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type Rewards = Schemas['Rewards']
export type Action = Schemas['ValueAction']
export type Quest = Schemas['Quest']
export type QuestDraft = Schemas['QuestDraft']
export type Review = Schemas['ConsoleReview']

/** page is how many rows of a list come at once. */
const page = 50

export const useRewards = () => useQuery({ queryKey: ['rewards'], queryFn: () => call(client.GET('/api/console/v1/rewards')) })

export const useSaveRewards = () =>
  useChange((v: { base: number; rewards: Rewards }) => call(client.PUT('/api/console/v1/rewards', { body: v })))

export const useQuests = () =>
  useInfiniteQuery({
    queryKey: ['quests'], initialPageParam: '', refetchInterval: refresh,
    queryFn: async ({ pageParam }) => (await call(client.GET('/api/console/v1/quests', { params: { query: { limit: page, ...(pageParam ? { after: pageParam } : {}) } } }))).quests,
    getNextPageParam: (last) => (last.length < page ? undefined : last.at(-1)?.id),
  })

export const usePresets = (on: boolean) =>
  useQuery({ queryKey: ['quests', 'presets'], enabled: on, queryFn: async () => (await call(client.GET('/api/console/v1/quests/presets'))).quests })

export const useAddQuest = () => useChange((quest: QuestDraft) => call(client.POST('/api/console/v1/quests', { body: quest })))

export const useEndQuest = () => useChange((id: string) => call(client.POST('/api/console/v1/quests/{id}/end', at(id))))

/** Shown is which reviews are listed. */
export type Shown = 'all' | 'shown' | 'pending' | 'refused' | 'hidden'

export const useReviews = (shown: Shown) =>
  useInfiniteQuery({
    queryKey: ['reviews', shown], initialPageParam: '', refetchInterval: refresh,
    queryFn: async ({ pageParam }) => (await call(client.GET('/api/console/v1/reviews', {
      params: { query: { limit: page, ...(shown === 'hidden' ? { hidden: true } : shown === 'all' ? {} : { state: shown }), ...(pageParam ? { after: pageParam } : {}) } },
    }))).reviews,
    getNextPageParam: (last) => (last.length < page ? undefined : last.at(-1)?.id),
  })

export const useHide = () =>
  useChange((v: { id: string; reason: string }) => call(client.POST('/api/console/v1/reviews/{id}/hide', { ...at(v.id), body: { reason: v.reason } })))

export const useUnhide = () => useChange((id: string) => call(client.POST('/api/console/v1/reviews/{id}/show', at(id))))
