import { Route, Switch } from 'wouter'
import { useWords } from '../../text'
import { Page } from '../../ui/page'
import { Tabs } from '../../ui/tabs'
import { Missing } from '../missing'
import { CalendarTab } from './calendar'
import { FatigueTab } from './fatigue'
import { LiftTab } from './lift'
import './pacing.css'
import { RulesTab } from './rules'
import { StoryPage } from './story'
import { pacingWords } from './words'

/** Pacing is the room of how much each group gets and when: rules, free slots, fatigue, and what it all does. */
export default function Pacing() {
  return (
    <Switch>
      <Route path="/pacing"><Part><RulesTab /></Part></Route>
      <Route path="/pacing/calendar"><Part><CalendarTab /></Part></Route>
      <Route path="/pacing/fatigue"><Part><FatigueTab /></Part></Route>
      <Route path="/pacing/lift"><Part><LiftTab /></Part></Route>
      <Route path="/pacing/posts/:id">{({ id }) => <StoryPage key={id} id={id} />}</Route>
      <Route component={Missing} />
    </Switch>
  )
}

function Part({ children }: { children: React.ReactNode }) {
  const w = useWords(pacingWords)
  const tabs = [
    { to: '/pacing', label: w('tab.rules') }, { to: '/pacing/calendar', label: w('tab.calendar') }, { to: '/pacing/fatigue', label: w('tab.fatigue') },
    { to: '/pacing/lift', label: w('tab.lift') },
  ]
  return <Page title={w('title')} sub={w('sub')}><Tabs label={w('tabs')} tabs={tabs} />{children}</Page>
}
